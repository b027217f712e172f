// The search field of the first page: results as links while one types; the text may stand after "#".
(function () {
  "use strict";
  var home = document.body.getAttribute("data-home");
  var form = document.getElementById("search");
  var field = document.getElementById("q");
  var list = document.getElementById("results");
  var status = document.getElementById("search-status");
  var timer = 0;

  function row(entry) {
    var item = document.createElement("li");
    var link = document.createElement("a");
    var meta = document.createElement("span");
    link.href = home + (entry.listed ? "gemeinde/" + entry.key + ".html" : "not-published.html#" + entry.key);
    link.appendChild(document.createElement("bdi")).textContent = entry.name;
    meta.className = "meta";
    meta.textContent = window.Register.place(entry);
    item.appendChild(link);
    if (entry.listed) {
      var tag = document.createElement("span");
      tag.className = "tag";
      tag.textContent = window.TEXTS.listed;
      item.appendChild(tag);
    }
    item.appendChild(meta);
    return item;
  }

  function show() {
    var text = field.value.trim();
    var result = window.Register.search(text);
    list.textContent = "";
    result.entries.forEach(function (entry) { list.appendChild(row(entry)); });
    list.hidden = result.entries.length === 0;
    status.textContent = window.Register.outcome(text, result, result.entries.length);
  }

  // The postcodes are loaded when the first number is typed, and then the search is made again.
  function loadPostcodes() {
    var address = form.getAttribute("data-postcodes");
    if (!address || !/\d{4}/.test(field.value)) { return; }
    form.removeAttribute("data-postcodes");
    var script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", show);
    document.head.appendChild(script);
  }

  function keep() {
    var text = field.value.trim();
    window.clearTimeout(timer);
    window.history.replaceState(null, "", text ? "#q=" + encodeURIComponent(text) : location.pathname + location.search);
  }

  function remember() {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 400);
  }

  function recall() {
    var match = /^#q=(.*)$/.exec(location.hash);
    if (!match) { return; }
    try {
      field.value = decodeURIComponent(match[1]);
    } catch (error) {
      if (!(error instanceof URIError)) { throw error; }
      field.value = match[1];
    }
    loadPostcodes();
    show();
  }

  window.Register.load();
  // The first search of a page takes longest, so it is done before anything is typed.
  field.addEventListener("focus", function () { window.Register.search("an der"); }, { once: true });
  field.addEventListener("input", function () { loadPostcodes(); show(); remember(); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    show();
    var first = list.querySelector("a");
    if (first) { first.focus(); }
  });
  list.addEventListener("click", keep);
  window.addEventListener("hashchange", recall);
  window.whenShown(function () { if (!field.value) { recall(); } });
  recall();
  if (!field.value) { show(); } else { remember(); }
})();
