// Two listed municipalities side by side, from their public views; the two keys stand after "#".
(function () {
  "use strict";
  var M = window.Marks, T = window.TEXTS;
  var root = document.body.getAttribute("data-root"), home = document.body.getAttribute("data-home");
  var form = document.getElementById("compare");
  var target = document.getElementById("compare-result"), status = document.getElementById("compare-status");
  if (!form) { return; }
  var fields = [document.getElementById("compare-a"), document.getElementById("compare-b")];
  window.VIEWS = window.VIEWS || {};

  function known(key) {
    return Array.prototype.some.call(fields[0].options, function (option) { return option.value && option.value === key; });
  }

  function fetchView(key, done) {
    if (window.VIEWS[key]) { done(); return; }
    var script = document.createElement("script");
    script.src = root + "gemeinde/" + key + ".js";
    script.onload = done;
    script.onerror = function () { status.textContent = T.compare_failed; };
    document.head.appendChild(script);
  }

  function typeLink(type) {
    return M.el("a", { href: home + "typ/" + type.key + ".html" }, M.badge(type));
  }

  // Between two types both are shown, the nearer one first.
  function typeCell(view) {
    if (!view.type) { return "–"; }
    if (view.status.key !== "mischtyp" || !view.second_type) { return typeLink(view.type); }
    return M.el("span", {}, typeLink(view.type), " · ", typeLink(view.second_type));
  }

  function place(view) {
    return [M.tr(view.kind_label), view.kreis_name, view.land_name].filter(function (text, at, all) {
      return text && all.indexOf(text) === at;
    }).join(" · ");
  }

  function row(label, cells, mark) {
    return M.el("tr", mark ? { "class": "chosen" } : {}, M.el("th", { scope: "row" }, label),
      M.el("td", {}, cells[0]), M.el("td", {}, cells[1]));
  }

  function goalCell(item) {
    return M.el("span", { "class": item.chosen ? "taken" : "unchosen" }, M.tr(item.own_label) || "–");
  }

  // A part of the table with a heading that holds for its rows.
  function section(title) {
    return M.el("tbody", {}, M.el("tr", { "class": "part" }, M.el("th", { scope: "rowgroup", colspan: "3" }, title)));
  }

  function name(view) { return view.name_listed || view.name; }

  // Rows of both views in the order of the first, each item once.
  function pairs(views, name) {
    var order = [], found = {};
    views.forEach(function (view, side) {
      (view[name] || []).forEach(function (item) {
        if (!found[item.key]) { found[item.key] = [null, null]; order.push(item.key); }
        found[item.key][side] = item;
      });
    });
    return order.map(function (key) { return found[key]; });
  }

  function said(views) {
    return window.say("compare_done", { a: name(views[0]), b: name(views[1]) });
  }

  function table(views) {
    var head = M.el("thead", {}, M.el("tr", {}, M.el("td", {}),
      M.el("th", { scope: "col" }, M.el("a", { href: home + "gemeinde/" + views[0].key + ".html" }, name(views[0]))),
      M.el("th", { scope: "col" }, M.el("a", { href: home + "gemeinde/" + views[1].key + ".html" }, name(views[1])))));
    var body = M.el("tbody", {}), parts = [];
    function both(tell) { return [tell(views[0]), tell(views[1])]; }
    body.appendChild(row(T.compare_place, both(place)));
    body.appendChild(row(T.compare_population, both(function (view) { return M.number(view.population); })));
    body.appendChild(row(T.compare_size, both(function (view) { return view.size_class ? M.tr(view.size_class.label) : "–"; })));
    body.appendChild(row(T.compare_type, both(typeCell)));
    body.appendChild(row(T.compare_sure, both(function (view) { return M.tr(view.status.sentence); })));
    [["goals", T.compare_goals], ["fields", T.compare_fields], ["pain_points", T.compare_pains]].forEach(function (part) {
      var found = pairs(views, part[0]);
      if (!found.length) { return; }
      var group = section(part[1]);
      parts.push(group);
      found.forEach(function (two) {
        var same = part[0] === "goals" && two[0] && two[1] && two[0].chosen && two[1].chosen;
        group.appendChild(row(M.tr((two[0] || two[1]).label), two.map(function (item) {
          if (!item) { return "–"; }
          if (part[0] === "fields") { return M.number(item.own); }
          return part[0] === "goals" ? goalCell(item) : M.tr(item.state_label) || "–";
        }), same));
      });
    });
    var table = M.el("table", { "class": "compare", "aria-label": said(views) }, head, body);
    parts.forEach(function (group) { table.appendChild(group); });
    return table;
  }

  function show(keys) {
    target.textContent = "";
    status.textContent = "";
    if (!known(keys[0]) || !known(keys[1])) { status.textContent = T.compare_missing; return; }
    if (keys[0] === keys[1]) { status.textContent = T.compare_same; return; }
    fetchView(keys[0], function () {
      fetchView(keys[1], function () {
        var views = [window.VIEWS[keys[0]], window.VIEWS[keys[1]]];
        target.textContent = "";
        target.appendChild(table(views));
        target.appendChild(M.el("p", { "class": "note" }, T.compare_open));
        status.textContent = said(views);
      });
    });
  }

  function recall() {
    var keys = location.hash.slice(1).split("&").filter(known);
    keys.slice(0, 2).forEach(function (key, side) { fields[side].value = key; });
    if (keys.length > 1) { show(keys); }
  }

  form.hidden = false;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var keys = [fields[0].value, fields[1].value];
    if (known(keys[0]) && known(keys[1])) { window.history.replaceState(null, "", "#" + keys.join("&")); }
    show(keys);
  });
  window.addEventListener("hashchange", recall);
  recall();
})();
