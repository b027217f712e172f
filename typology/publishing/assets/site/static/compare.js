// Up to five listed municipalities side by side with reference values, from their public views; the keys stand after "#".
(function () {
  "use strict";
  var M = window.Marks, T = window.TEXTS, MOST = 5, OFFERED = 8;
  var root = document.body.getAttribute("data-root"), home = document.body.getAttribute("data-home");
  var form = document.getElementById("compare");
  if (!form) { return; }
  var target = document.getElementById("compare-result"), status = document.getElementById("compare-status");
  var field = document.getElementById("compare-name"), offers = document.getElementById("compare-offers");
  var chosenList = document.getElementById("compare-chosen"), said = document.getElementById("compare-said");
  var filters = ["land", "size", "type", "topic"].map(function (name) { return document.getElementById("compare-" + name); });
  var keys = [], listed = {};
  window.VIEWS = window.VIEWS || {};
  window.Register.load();
  window.Near.all().forEach(function (item) { listed[item.key] = item; });

  // What several municipalities share stands once, and has a number in its place.
  function whole(part) {
    if (Array.isArray(part)) { return part.map(whole); }
    if (part === null || typeof part !== "object") { return part; }
    var numbers = part.$ === undefined ? [] : [].concat(part.$), found = {};
    for (var at = 0; at < numbers.length; at += 1) {
      var shared = whole(window.PARTS[numbers[at]]);
      if (Array.isArray(shared)) { return shared; }
      Object.assign(found, shared);
    }
    Object.keys(part).forEach(function (name) { if (name !== "$") { found[name] = whole(part[name]); } });
    return found;
  }

  function load(key, done) {
    if (window.VIEWS[key]) { done(); return; }
    window.loadScript(root + "gemeinde/" + key + ".js", function () {
      window.VIEWS[key] = whole(window.VIEWS[key]);
      done();
    }, function () { status.textContent = T.compare_failed; });
  }

  function loadAll(wanted, done) {
    if (!wanted.length) { done(); return; }
    load(wanted[0], function () { loadAll(wanted.slice(1), done); });
  }

  // ---- choosing: by name, by what the reader filters, or as it is proposed
  function set(next) {
    keys = next.filter(function (key, at) { return listed[key] && next.indexOf(key) === at; }).slice(0, MOST);
    window.history.replaceState(null, "", keys.length ? "#" + keys.join("&") : location.pathname + location.search);
    show();
  }

  function button(text, action, kind) {
    var node = M.el("button", { type: "button", "class": kind || "link" });
    node.appendChild(typeof text === "string" ? document.createTextNode(text) : text);
    node.addEventListener("click", action);
    return node;
  }

  function passes(item) {
    var entry = item.entry;
    return filters.every(function (filter) {
      var value = { land: entry.land, size: entry.size, type: item.type, topic: item.topic ? M.tr(item.topic) : "" }[filter.id.slice(8)];
      return !filter.value || filter.value === value;
    });
  }

  // Names that match what is typed; else those that pass the filters, the nearest to the first chosen one first.
  function found() {
    var text = field.value.trim();
    if (text) {
      return window.Register.search(text, function (entry) { return listed[entry.key] && passes(listed[entry.key]); }).entries;
    }
    if (!filters.some(function (filter) { return filter.value; })) { return []; }
    var first = keys.length ? window.Register.find(keys[0]) : null;
    if (first) { return window.Near.find(first, OFFERED, function (item) { return keys.indexOf(item.key) < 0 && passes(item); }).map(function (near) { return near.entry; }); }
    return window.Near.all().filter(passes).map(function (item) { return item.entry; });
  }

  function offer() {
    var rows = found().filter(function (entry) { return keys.indexOf(entry.key) < 0; });
    offers.textContent = "";
    rows.slice(0, OFFERED).forEach(function (entry) {
      offers.appendChild(M.el("li", {}, button(M.name(window.Register.shownName(entry)), function () { field.value = ""; set(keys.concat(entry.key)); }),
        M.el("span", { "class": "meta" }, window.Register.place(entry))));
    });
    var asked = field.value.trim() || filters.some(function (filter) { return filter.value; });
    said.textContent = !asked ? "" : keys.length >= MOST ? window.say("compare_full", { most: MOST })
      : rows.length ? window.say("compare_offered", { n: rows.length, shown: Math.min(rows.length, OFFERED) }) : T.compare_none;
  }

  function chips() {
    chosenList.textContent = "";
    keys.forEach(function (key) {
      var view = window.VIEWS[key], label = name(view);
      var away = button(T.compare_remove, function () { set(keys.filter(function (other) { return other !== key; })); });
      away.setAttribute("aria-label", window.say("compare_remove_name", { name: label }));
      chosenList.appendChild(M.el("li", {}, M.name(label), " ", away));
    });
    var first = keys.length ? window.VIEWS[keys[0]] : null, proposed = first ? [first.key].concat(first.proposed || []) : [];
    if (proposed.length > 1 && proposed.slice(0, MOST).join() !== keys.join()) {
      chosenList.appendChild(M.el("li", {}, button(window.say("compare_proposed", { name: name(first) }), function () { set(proposed); }, "button quiet")));
    }
  }

  // ---- the table
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

  function name(view) {
    return (view.names_listed || {})[document.documentElement.lang] || view.name_listed || view.name;
  }

  // The reference values that the views carry: of all, and of every type and every size class among the chosen.
  function references(views) {
    function groups(part, of, label) {
      var order = [], found = {};
      views.forEach(function (view) {
        var own = view[of];
        if (!own) { return; }
        if (!found[own.key]) { found[own.key] = { label: M.tr(own[label]), part: part, views: [] }; order.push(found[own.key]); }
        found[own.key].views.push(view);
      });
      return order;
    }
    // The figures of a size class stand in views with open answers, and not where too few answered.
    var sizes = groups("size", "size_class", "label").filter(function (one) {
      return one.views.some(function (view) {
        return view.goals.concat(view.fields).some(function (row) { return row.size !== null && row.size !== undefined; });
      });
    });
    return [{ label: T.compare_all, part: "all", views: views }].concat(groups("type", "type", "short"), sizes);
  }

  function value(reference, part, key) {
    var known = reference.views.map(function (view) {
      return (view[part] || []).filter(function (row) { return row.key === key; })[0];
    }).filter(function (row) { return row && row[reference.part] !== null && row[reference.part] !== undefined; })[0];
    if (!known) { return "–"; }
    return part === "goals" ? M.percent(known[reference.part]) : M.number(known[reference.part], 1);
  }

  function row(label, cells, heads, mark) {
    var node = M.el("tr", mark ? { "class": "chosen" } : {}, M.el("th", { scope: "row" }, label));
    // Where a column has nothing to say of this row there is null: on narrow pages it is left out.
    cells.forEach(function (cell, at) {
      node.appendChild(M.el("td", { "data-label": heads[at], "class": cell === null ? "nothing" : null }, cell || "–"));
    });
    return node;
  }

  function ownCell(part, item) {
    if (!item) { return "–"; }
    if (part === "fields") { return M.number(item.own); }
    return part === "goals" ? M.el("span", { "class": item.chosen ? "taken" : "unchosen" }, M.tr(item.own_label) || "–") : M.tr(item.state_label) || "–";
  }

  // Every item of a part once, in the order of the first view that has it.
  function items(views, part) {
    var order = [], seen = {};
    views.forEach(function (view) {
      (view[part] || []).forEach(function (item) { if (!seen[item.key]) { seen[item.key] = true; order.push(item); } });
    });
    return order;
  }

  function table(views) {
    var beside = references(views), heads = views.map(name).concat(beside.map(function (one) { return one.label; }));
    var line = M.el("tr", {}, M.el("td", {}));
    views.forEach(function (view) {
      line.appendChild(M.el("th", { scope: "col" }, M.el("a", { href: home + "gemeinde/" + view.key + ".html" }, M.name(name(view)))));
    });
    beside.forEach(function (one) { line.appendChild(M.el("th", { scope: "col", "class": "reference" }, one.label)); });
    var body = M.el("tbody", {}), none = beside.map(function () { return null; });
    [
      [T.compare_place, place], [T.compare_population, function (view) { return M.number(view.population); }],
      [T.compare_size, function (view) { return view.size_class ? M.tr(view.size_class.label) : "–"; }],
      [T.compare_type, typeCell], [T.compare_sure, function (view) { return M.tr(view.status.sentence); }]
    ].forEach(function (one) { body.appendChild(row(one[0], views.map(one[1]).concat(none), heads)); });
    var node = M.el("table", { "class": "compare rows", "aria-label": window.say("compare_done", { n: views.length }) },
      M.el("thead", {}, line), body);
    [["goals", T.compare_goals], ["fields", T.compare_fields], ["pain_points", T.compare_pains]].forEach(function (part) {
      var all = items(views, part[0]);
      if (!all.length) { return; }
      var group = M.el("tbody", {}, M.el("tr", { "class": "part" }, M.el("th", { scope: "rowgroup", colspan: String(heads.length + 1) }, part[1])));
      all.forEach(function (item) {
        var own = views.map(function (view) { return (view[part[0]] || []).filter(function (one) { return one.key === item.key; })[0] || null; });
        var same = part[0] === "goals" && own.every(function (one) { return one && one.chosen; });
        group.appendChild(row(M.tr(item.label), own.map(function (one) { return ownCell(part[0], one); }).concat(beside.map(function (one) {
          return part[0] === "pain_points" ? null : value(one, part[0], item.key);
        })), heads, same));
      });
      node.appendChild(group);
    });
    return node;
  }

  function show() {
    status.textContent = "";
    loadAll(keys, function () {
      chips();
      offer();
      target.textContent = "";
      if (keys.length < 2) { status.textContent = keys.length ? T.compare_more : T.compare_missing; return; }
      var views = keys.map(function (key) { return window.VIEWS[key]; }), made = table(views);
      target.appendChild(M.el("div", { "class": "scroll", role: "region", tabindex: "0", "aria-label": made.getAttribute("aria-label") }, made));
      window.Tables.offer(made);
      target.appendChild(M.el("p", { "class": "note" }, T.compare_open + " " + T.compare_source));
      status.textContent = window.say("compare_done", { n: views.length });
    });
  }

  function fill(select, values) {
    values.forEach(function (one) { select.appendChild(M.el("option", { value: one[0] }, one[1])); });
  }

  function distinct(values) {
    return values.filter(function (value, at) { return value && values.indexOf(value) === at; }).sort();
  }

  var entries = window.Near.all().map(function (item) { return item.entry; });
  fill(filters[0], distinct(entries.map(function (entry) { return entry.land; })).map(function (land) { return [land, land]; }));
  fill(filters[1], distinct(entries.map(function (entry) { return entry.size; })).map(function (size) { return [size, M.tr(window.CHECK.size_classes[size]) || size]; }));
  fill(filters[2], window.CHECK.types.filter(function (type) { return window.Near.all().some(function (item) { return item.type === type.key; }); })
    .map(function (type) { return [type.key, M.tr(type.short)]; }));
  fill(filters[3], distinct(window.Near.all().map(function (item) { return item.topic ? M.tr(item.topic) : ""; })).map(function (topic) { return [topic, topic]; }));

  function recall() { set(location.hash.slice(1).split("&")); }

  form.addEventListener("submit", function (event) { event.preventDefault(); var first = offers.querySelector("button"); if (first) { first.focus(); } });
  field.addEventListener("input", function () { offer(); window.Register.withPostcodes(field.value, offer); });
  filters.forEach(function (filter) { filter.addEventListener("change", offer); });
  window.addEventListener("hashchange", recall);
  window.whenShown(offer);
  recall();
})();
