// Filters of the lists of partners and teams: what is typed, Land, type and size class; rows that do not pass are hidden.
(function () {
  "use strict";
  var form = document.getElementById("list-filter");
  if (!form) { return; }
  var rows = document.querySelectorAll("[data-search]"), status = document.getElementById("list-status");
  var text = document.getElementById("list-text"), selects = form.querySelectorAll("select");

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
        return !select.value || (" " + row.getAttribute("data-" + select.name) + " ").indexOf(" " + select.value + " ") >= 0;
      });
      row.classList.toggle("off", !passes);
      n += passes ? 1 : 0;
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
