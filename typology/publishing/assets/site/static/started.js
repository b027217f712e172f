// The last script of every page: where all before it have run, the sentence on failing is hidden until one stops later.
(function () {
  "use strict";
  var node = document.getElementById("script-failed");
  if (node && window.scriptsFailed === 0) { node.hidden = true; }
})();
