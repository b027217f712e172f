// The search field: results as links while one types; on the first page the text stands after "#".
(function () {
  "use strict";
  var home = document.body.getAttribute("data-home");
  var form = document.getElementById("search");
  var field = document.getElementById("q");
  var list = document.getElementById("results");
  var status = document.getElementById("search-status");
  var timer = 0, loading = false, waiting = null;
  // Where what stands after "#" is a place, it is not what is typed.
  var kept = !form.hasAttribute("data-place");

  function row(entry) {
    var item = document.createElement("li");
    var link = document.createElement("a");
    var meta = document.createElement("span");
    link.href = home + (entry.listed ? "gemeinde/" + entry.key + ".html" : "not-published.html#" + entry.key);
    link.appendChild(document.createElement("bdi")).textContent = window.Register.shownName(entry);
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

  // The register is loaded when it is needed first; whoever reads on does without it.
  function withRegister(done) {
    if (window.REGISTER) { done(); return; }
    waiting = done;
    if (loading) { return; }
    loading = true;
    window.loadScript(form.getAttribute("data-register"), function () { waiting(); }, function () {
      loading = false;
      document.documentElement.classList.remove("recalled");
      status.textContent = window.TEXTS.search_failed;
    });
  }

  function render() {
    var text = field.value.trim();
    var result = window.Register.search(text);
    list.textContent = "";
    result.entries.forEach(function (entry) { list.appendChild(row(entry)); });
    list.hidden = result.entries.length === 0;
    document.documentElement.classList.remove("recalled");
    status.textContent = window.Register.outcome(text, result, result.entries.length);
    window.Register.withPostcodes(text, show);
  }

  function show() {
    if (field.value.trim()) { withRegister(render); } else if (window.REGISTER) { render(); }
  }

  function keep() {
    var text = field.value.trim();
    window.clearTimeout(timer);
    window.history.replaceState(null, "", text ? "#q=" + encodeURIComponent(text) : location.pathname + location.search);
  }

  function remember() {
    if (!kept) { return; }
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 400);
  }

  function recall() {
    var match = /^#q=(.*)$/.exec(location.hash);
    if (!match || !kept) { return; }
    try {
      field.value = decodeURIComponent(match[1]);
    } catch (error) {
      if (!(error instanceof URIError)) { throw error; }
      field.value = match[1];
    }
    show();
  }

  // The first search of a page takes longest, so it is done before anything is typed.
  field.addEventListener("focus", function () {
    withRegister(function () { window.Register.search("an der"); show(); });
  }, { once: true });
  field.addEventListener("input", function () { show(); remember(); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    withRegister(function () {
      render();
      var first = list.querySelector("a");
      if (first) { first.focus(); }
    });
  });
  window.addEventListener("hashchange", function () {
    if (!kept) { field.value = ""; }
    recall();
    show();
  });
  list.addEventListener("click", function () { if (kept) { keep(); } });
  window.whenShown(function () { if (!field.value) { recall(); } });
  recall();
  if (field.value) { show(); remember(); }
})();
