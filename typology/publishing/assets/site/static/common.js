// Fills the braces of a sentence, and keeps the part after "#" (a key or a search text, never an answer) when the language changes.
(function () {
  "use strict";
  // A script that does not load or stops is said at once; where this one is missing, the sentence comes after a while.
  window.scriptsFailed = 0;
  window.addEventListener("error", function () {
    var node = document.getElementById("script-failed");
    window.scriptsFailed += 1;
    if (node) { node.classList.add("now"); }
  }, true);
  var places = document.documentElement.lang === "en" ? "en-GB" : "de-DE";
  // Counts get the separators of the language.
  window.say = function (key, values) {
    return window.TEXTS[key].replace(/\{(\w+)\}/g, function (whole, name) {
      return typeof values[name] === "number" ? values[name].toLocaleString(places) : String(values[name]);
    });
  };
  Array.prototype.forEach.call(document.querySelectorAll("a.keep-hash"), function (link) {
    link.addEventListener("click", function () {
      link.hash = location.hash;
    });
  });
})();
