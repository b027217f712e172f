// Fills the braces of a sentence, loads what is needed later, and keeps the part after "#" (a key or a search text, never an answer) when the language changes.
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
  // A script that a page needs only later; what it sets is there when done is called.
  window.loadScript = function (address, done, failed) {
    var script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", done);
    script.addEventListener("error", failed);
    document.head.appendChild(script);
  };
  // What is typed stands after "#" on the first page: then its results are given room before the page is drawn.
  if (/^#q=./.test(location.hash)) { document.documentElement.classList.add("recalled"); }
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
