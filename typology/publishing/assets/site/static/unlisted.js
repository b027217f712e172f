// The page of any body of the register whose key stands after "#": what the register knows of it, and who is listed near.
(function () {
  "use strict";
  var M = window.Marks, T = window.TEXTS, NEAREST = 5;
  var home = document.body.getAttribute("data-home"), behind = document.title.slice(document.title.lastIndexOf(" – "));

  function fact(label, text) {
    return text ? M.el("div", {}, M.el("dt", {}, label), M.el("dd", {}, text)) : null;
  }

  function facts(entry) {
    var known = window.Near.facts(entry), node = document.getElementById("facts");
    var label = entry.size ? window.CHECK.size_classes[entry.size] : null;
    var same = window.Register.load().filter(function (other) { return entry.size && other.size === entry.size; });
    var listed = same.filter(function (other) { return other.listed; });
    node.textContent = "";
    [
      fact(T.fact_key, entry.key), fact(T.fact_kind, window.Register.kindOf(entry)),
      fact(T.fact_kreis, window.Register.kreisOf(entry)), fact(T.fact_land, entry.land === entry.name ? "" : entry.land),
      fact(T.fact_population, known.population === null ? "" : M.number(known.population)),
      fact(T.fact_area, known.area === null ? "" : M.number(known.area, 1) + "\u00a0km²"),
      fact(T.compare_size, label ? M.tr(label) : ""),
      fact(T.fact_class, label ? window.say("fact_class_text", { n: same.length, listed: listed.length }) : "")
    ].forEach(function (part) { if (part) { node.appendChild(part); } });
  }

  function near(entry) {
    var node = document.getElementById("near");
    node.textContent = "";
    node.appendChild(window.Near.list(window.Near.find(entry, NEAREST, function () { return true; })));
  }

  function show() {
    var entry = window.Register.find(location.hash.slice(1));
    ["known", "nearby"].forEach(function (id) { document.getElementById(id).hidden = !entry; });
    if (!entry) { return; }
    if (entry.listed) { location.replace(home + "gemeinde/" + entry.key + ".html"); return; }
    document.getElementById("name").textContent = window.Register.shownName(entry);
    document.getElementById("place").textContent = window.Register.place(entry);
    document.getElementById("to-check").href = home + "self-check.html#" + entry.key;
    document.title = window.Register.shownName(entry) + behind;
    facts(entry);
    near(entry);
  }

  window.addEventListener("hashchange", show);
  show();
})();
