// Names the body whose key stands after "#"; without a known key the page speaks of any.
(function () {
  "use strict";
  var home = document.body.getAttribute("data-home");

  function show() {
    var entry = window.Register.find(location.hash.slice(1));
    if (!entry) { return; }
    if (entry.listed) { location.replace(home + "gemeinde/" + entry.key + ".html"); return; }
    document.getElementById("name").textContent = entry.name;
    document.getElementById("place").textContent = window.Register.place(entry);
    document.getElementById("to-check").href = home + "self-check.html#" + entry.key;
    document.title = entry.name + document.title.slice(document.title.lastIndexOf(" – "));
  }

  window.addEventListener("hashchange", show);
  show();
})();
