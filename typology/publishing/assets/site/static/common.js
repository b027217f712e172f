// Fills the braces of a sentence, and keeps the part after "#" (a key or a search text, never an answer) when the language changes.
(function () {
  "use strict";
  window.say = function (key, values) {
    return window.TEXTS[key].replace(/\{(\w+)\}/g, function (whole, name) { return String(values[name]); });
  };
  Array.prototype.forEach.call(document.querySelectorAll("a.keep-hash"), function (link) {
    link.addEventListener("click", function () {
      link.hash = location.hash;
    });
  });
})();
