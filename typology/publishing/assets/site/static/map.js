// The map: its marks get names and links from the table, and a filter by type shows or hides both.
(function () {
  "use strict";
  var M = window.Marks;
  var form = document.getElementById("map-filter"), status = document.getElementById("map-status");
  if (!form) { return; }
  var map = document.querySelector("svg.map"), rows = document.querySelectorAll(".places tbody tr"), byType = {};

  // The type of a row is that of its badge.
  Array.prototype.forEach.call(rows, function (row) {
    var badge = row.querySelector(".badge");
    var type = badge ? badge.className.replace("badge type-", "") : "none";
    row.setAttribute("data-type", type);
    (byType[type] = byType[type] || []).push(row);
  });

  function mark(row, x, y, shape) {
    var source = row.querySelector("a"), link = M.svg("a", { href: source.getAttribute("href"), "data-type": row.getAttribute("data-type") });
    link.appendChild(M.svg("title", {}, source.textContent));
    link.appendChild(M.svg("use", { href: shape, x: x, y: y }));
    return link;
  }

  // The corners of a line stand in the order of the rows of its type that lie somewhere.
  Array.prototype.forEach.call(map.querySelectorAll("g[data-type]"), function (group) {
    var path = group.querySelector("path"), places = path.getAttribute("d").match(/\d+ \d+/g);
    var shape = group.querySelector("use").getAttribute("href");
    var placed = byType[group.getAttribute("data-type")].filter(function (row) { return !row.classList.contains("nowhere"); });
    placed.forEach(function (row, at) {
      var place = places[at].split(" ");
      group.appendChild(mark(row, place[0], place[1], shape));
    });
    group.removeChild(path);
  });
  map.setAttribute("role", "group");

  var marks = document.querySelectorAll("svg.map a, .places tbody tr");

  function show() {
    var n = 0;
    Array.prototype.forEach.call(marks, function (node) {
      var off = !document.getElementById("show-" + node.getAttribute("data-type")).checked;
      node.classList.toggle("off", off);
      if (!off && node.tagName === "TR") { n += 1; }
    });
    status.textContent = window.say("map_shown", { n: n });
  }

  window.whenShown(function () { if (status.textContent || form.querySelector("input:not(:checked)")) { show(); } });
  form.addEventListener("change", show);
})();
