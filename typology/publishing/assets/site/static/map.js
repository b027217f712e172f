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
    (byType[type] = byType[type] || []).push(row);
  });

  function mark(row, x, y, shape) {
    var source = row.querySelector("a"), link = M.svg("a", { href: source.getAttribute("href") });
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

  function show() {
    var n = 0;
    Object.keys(byType).forEach(function (type) {
      var off = !document.getElementById("show-" + type).checked, group = map.querySelector("g[data-type='" + type + "']");
      if (group) { group.classList.toggle("off", off); }
      byType[type].forEach(function (row) { row.classList.toggle("off", off); });
      n += off ? 0 : byType[type].length;
    });
    status.textContent = window.say("map_shown", { n: n });
  }

  form.addEventListener("change", show);
})();
