// Filters of the lists of partners and teams: what is typed, Land, type and size class; rows that do not pass are hidden.
// Lists that are folded open where something passes, and fold again without a filter.
(function () {
  "use strict";
  var form = document.getElementById("list-filter");
  if (!form) { return; }
  var rows = document.querySelectorAll("[data-search]"), status = document.getElementById("list-status");
  var text = document.getElementById("list-text"), selects = form.querySelectorAll("select");
  var lists = Array.prototype.map.call(document.querySelectorAll("details[data-land]"), function (list) {
    return { node: list, open: list.open, rows: list.querySelectorAll("[data-search]") };
  });

  // What is known of a row stands in it or in the list around it.
  function known(row, name) {
    var node = row.closest("[data-" + name + "]");
    return " " + (node ? node.getAttribute("data-" + name) : "") + " ";
  }

  function plain(words) {
    return words.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/ß/g, "ss");
  }

  // What a row says, and what is known of it besides; put together when something is typed for the first time.
  var said = null;

  function show() {
    var wanted = plain(text.value.trim()), n = 0;
    said = said || Array.prototype.map.call(rows, function (row) { return plain(row.getAttribute("data-search") + " " + row.textContent); });
    Array.prototype.forEach.call(rows, function (row, at) {
      var passes = said[at].indexOf(wanted) >= 0 && Array.prototype.every.call(selects, function (select) {
        return !select.value || known(row, select.name).indexOf(" " + select.value + " ") >= 0;
      });
      row.classList.toggle("off", !passes);
      n += passes ? 1 : 0;
    });
    var narrowed = wanted || Array.prototype.some.call(selects, function (select) { return select.value; });
    lists.forEach(function (list) {
      var passes = Array.prototype.some.call(list.rows, function (row) { return !row.classList.contains("off"); });
      list.node.classList.toggle("off", !passes);
      list.node.open = narrowed ? passes : list.open;
    });
    status.textContent = window.say("list_shown", { n: n, all: rows.length });
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  window.whenShown(function () {
    if (status.textContent || text.value || Array.prototype.some.call(selects, function (select) { return select.value; })) { show(); }
  });
})();
