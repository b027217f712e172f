// Every table can be taken away: a button at its foot writes what it shows as a CSV file; nothing is asked of a server.
(function () {
  "use strict";
  var label = document.body.getAttribute("data-csv"), german = document.documentElement.lang === "de";
  var sign = german ? ";" : ",";

  // A cell that a spreadsheet would take for a formula is written as text, as files/formulas.py does it: one that begins
  // with an apostrophe gets another one. Blanks in front, which could hide a formula, are gone before.
  function cell(text) {
    var plain = text.replace(/[\u00a0\u202f]/g, " ").replace(/\s+/g, " ").trim();
    if (/^['=+\-@\uff1d\uff0b\uff0d\uff20]/.test(plain)) { plain = "'" + plain; }
    return /["\n;,]/.test(plain) ? '"' + plain.replace(/"/g, '""') + '"' : plain;
  }

  function lines(table) {
    return Array.prototype.map.call(table.rows, function (row) {
      return Array.prototype.filter.call(row.cells, function (node) { return !node.classList.contains("pic"); })
        .map(function (node) { return cell(node.textContent); }).join(sign);
    });
  }

  function name(table) {
    var id = table.getAttribute("aria-labelledby"), heading = id ? document.getElementById(id) : null;
    var said = heading ? heading.textContent : table.getAttribute("aria-label") || document.querySelector("h1").textContent;
    return said.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "tabelle";
  }

  function save(table) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + lines(table).join("\r\n") + "\r\n"], { type: "text/csv" }));
    link.download = name(table) + ".csv";
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  function offer(table) {
    var foot = document.createElement("p"), button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = label;
    button.addEventListener("click", function () { save(table); });
    foot.className = "table-foot noprint";
    foot.appendChild(button);
    var last = table.parentNode.classList.contains("scroll") ? table.parentNode : table;
    last.parentNode.insertBefore(foot, last.nextSibling);
  }

  Array.prototype.forEach.call(document.querySelectorAll("main table"), offer);
  window.Tables = { offer: offer, lines: lines, cell: cell };
})();
