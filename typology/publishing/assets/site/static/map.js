// The filter of the map by type: marks and rows of the table beside it go together.
(function () {
  "use strict";
  var form = document.getElementById("map-filter");
  if (!form) { return; }
  var marks = document.querySelectorAll("[data-type]"), status = document.getElementById("map-status");

  function show() {
    var n = 0;
    Array.prototype.forEach.call(marks, function (node) {
      var off = !document.getElementById("show-" + node.getAttribute("data-type")).checked;
      node.classList.toggle("off", off);
      if (!off && node.tagName === "TR") { n += 1; }
    });
    status.textContent = window.say("map_shown", { n: n });
  }

  window.whenShown(function () { if (status.textContent || form.querySelector("input:not(:checked)")) { show(); } });
  form.addEventListener("change", show);
})();
