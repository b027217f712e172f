// Fills the braces of a sentence, loads what is needed later, and keeps the part after "#" (a key or a search text, never an answer) when the language changes.
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
  // A script that a page needs only later; what it sets is there when done is called.
  window.loadScript = function (address, done, failed) {
    var script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", done);
    script.addEventListener("error", failed);
    document.head.appendChild(script);
  };
  Array.prototype.forEach.call(document.querySelectorAll("a.keep-hash"), function (link) {
    link.addEventListener("click", function () {
      link.hash = location.hash;
    });
  });
})();
