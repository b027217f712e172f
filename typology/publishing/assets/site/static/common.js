// Fills the braces of a sentence, and keeps the part after "#" (a key or a search text, never an answer) when the language changes.
(function () {
  "use strict";
  // A script that does not load or stops is said at once; where this one is missing, the sentence comes after a while.
  // It runs before all others are asked for: Firefox tells of a missing file before a deferred script could listen.
  window.scriptsFailed = 0;
  function sayFailed() {
    var node = document.getElementById("script-failed");
    if (node) { node.hidden = false; node.classList.add("now"); }
  }
  window.addEventListener("error", function () { window.scriptsFailed += 1; sayFailed(); }, true);
  var places = document.documentElement.lang === "en" ? "en-GB" : "de-DE";
  // Counts get the separators of the language.
  window.say = function (key, values) {
    return window.TEXTS[key].replace(/\{(\w+)\}/g, function (whole, name) {
      return typeof values[name] === "number" ? values[name].toLocaleString(places) : String(values[name]);
    });
  };
  // Coming back to a page or loading it again, some browsers put back what stood in its fields, WebKit empties them, and
  // none tells of a change: what depends on a field is done again then.
  window.whenShown = function (work) {
    window.addEventListener("pageshow", function () { window.setTimeout(work, 0); });
  };
  document.addEventListener("DOMContentLoaded", function () {
    if (window.scriptsFailed) { sayFailed(); }
    Array.prototype.forEach.call(document.querySelectorAll("a.keep-hash"), function (link) {
      link.addEventListener("click", function () {
        link.hash = location.hash;
      });
    });
  });
})();
