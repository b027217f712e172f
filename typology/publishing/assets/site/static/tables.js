// Every table can be taken away as CSV, and what is drawn in it as SVG: buttons at its foot; nothing is asked of a server.
(function () {
  "use strict";
  var german = document.documentElement.lang === "de", words = window.SAVED[document.documentElement.lang];
  var sign = german ? ";" : ",";

  // A cell that a spreadsheet would take for a formula is written as text, as files/formulas.py does it: one that begins
  // with an apostrophe gets another one. Blanks in front, which could hide a formula, are gone before.
  function cell(text) {
    var plain = text.replace(/[\u00a0\u202f]/g, " ").replace(/\s+/g, " ").trim();
    if (/^['=+\-@\uff1d\uff0b\uff0d\uff20]/.test(plain)) { plain = "'" + plain; }
    return /["\n;,]/.test(plain) ? '"' + plain.replace(/"/g, '""') + '"' : plain;
  }

  function lines(table) {
    var head = table.tHead && table.tHead.querySelector(".pic"), drawings = head ? head.cellIndex : -1;
    return Array.prototype.map.call(table.rows, function (row) {
      return Array.prototype.filter.call(row.cells, function (node) { return node.cellIndex !== drawings; })
        .map(function (node) { return cell(node.textContent); }).join(sign);
    });
  }

  function name(table) {
    var id = table.getAttribute("aria-labelledby"), heading = id ? document.getElementById(id) : null;
    var said = heading ? heading.textContent : table.getAttribute("aria-label") || document.querySelector("h1").textContent;
    return said.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "tabelle";
  }

  function save(text, type, file) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: type }));
    link.download = file;
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  function saveTable(table) {
    save("\ufeff" + lines(table).join("\r\n") + "\r\n", "text/csv", name(table) + ".csv");
  }

  function button(label, action) {
    var node = document.createElement("button");
    node.type = "button";
    node.className = "link";
    node.textContent = label;
    node.addEventListener("click", action);
    return node;
  }

  // What draws is loaded when the first figure is asked for.
  function drawn(how, node, file) {
    return button(words.svg, function () {
      var assets = document.body.getAttribute("data-root") + "assets/";
      function draw() { save(window.Figures[how](node), "image/svg+xml", file + ".svg"); }
      // The ground that a small map shows as a picture of its own stands in the file of the drawing.
      function ground() { if (window.GROUND || !node.querySelector("image")) { draw(); } else { window.loadScript(assets + "ground.js", draw, function () {}); } }
      if (window.Figures) { ground(); } else { window.loadScript(assets + "figures.js", ground, function () {}); }
    });
  }

  function offer(table) {
    var foot = document.createElement("p");
    foot.className = "table-foot noprint";
    foot.appendChild(button(words.csv, function () { saveTable(table); }));
    if (table.querySelector("td > svg")) {
      foot.appendChild(drawn("ofTable", table, name(table)));
    }
    var last = table.parentNode.classList.contains("scroll") ? table.parentNode : table;
    last.parentNode.insertBefore(foot, last.nextSibling);
  }

  function offerMap(map) {
    var foot = document.createElement("p");
    foot.className = "table-foot noprint";
    foot.appendChild(drawn("ofMap", map, german ? "karte" : "map"));
    map.parentNode.insertBefore(foot, map.nextSibling);
  }

  Array.prototype.forEach.call(document.querySelectorAll("main table"), offer);
  Array.prototype.forEach.call(document.querySelectorAll("svg.map"), offerMap);
  window.Tables = { offer: offer, lines: lines, cell: cell };
})();
