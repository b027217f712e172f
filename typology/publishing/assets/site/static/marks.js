// Small drawings and elements that the pages with a script share.
(function () {
  "use strict";
  var SVG = "http://www.w3.org/2000/svg";
  var SHAPES = {
    circle: ["circle", { r: "6" }],
    square: ["rect", { x: "-5.4", y: "-5.4", width: "10.8", height: "10.8" }],
    triangle: ["path", { d: "M0-6.6 6.6 5.4H-6.6z" }],
    diamond: ["path", { d: "M0-7.2 7.2 0 0 7.2-7.2 0z" }],
    cross: ["path", { d: "M-2-6h4v4h4v4H2v4h-4V2h-4v-4h4z" }],
    star: ["path", { d: "M0-7 2-2.4l5 .4-3.8 3.3L4.4 6 0 3.4-4.4 6l1.2-4.7L-7-2l5-.4z" }],
    bar: ["rect", { x: "-2.4", y: "-7", width: "4.8", height: "14" }],
    "open-square": ["rect", { x: "-4.6", y: "-4.6", width: "9.2", height: "9.2", "class": "outline" }],
    "open-triangle": ["path", { d: "M0-5.4 5.4 4.6H-5.4z", "class": "outline" }],
    "open-diamond": ["path", { d: "M0-6 6 0 0 6-6 0z", "class": "outline" }],
    "open-pentagon": ["path", { d: "M0-5.6 5.3-1.7 3.3 4.6H-3.3L-5.3-1.7z", "class": "outline" }],
    "open-down": ["path", { d: "M0 5.4 5.4-4.6H-5.4z", "class": "outline" }],
    "open-hexagon": ["path", { d: "M0-5.8 5-2.9V2.9L0 5.8-5 2.9V-2.9z", "class": "outline" }],
    "open-left": ["path", { d: "M-5.4 0 4.6-5.4V5.4z", "class": "outline" }],
    "open-right": ["path", { d: "M5.4 0-4.6-5.4V5.4z", "class": "outline" }],
    "open-cross": ["path", { d: "M-2-6h4v4h4v4H2v4h-4V2h-4v-4h4z", "class": "outline" }],
    "open-star": ["path", { d: "M0-7 2-2.4l5 .4-3.8 3.3L4.4 6 0 3.4-4.4 6l1.2-4.7L-7-2l5-.4z", "class": "outline" }],
    "open-x": ["path", { d: "M-3-6 0-3 3-6 6-3 3 0 6 3 3 6 0 3-3 6-6 3-3 0-6-3z", "class": "outline" }],
    "open-octagon": ["path", { d: "M-2.3-5.5H2.3L5.5-2.3V2.3L2.3 5.5H-2.3L-5.5 2.3V-2.3z", "class": "outline" }]
  };
  var language = document.documentElement.lang;

  function add(node, children) {
    children.forEach(function (child) {
      if (child === null || child === undefined || child === "") { return; }
      node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return node;
  }

  function el(name, attributes) {
    var node = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      if (attributes[key] !== null && attributes[key] !== undefined) { node.setAttribute(key, attributes[key]); }
    });
    return add(node, Array.prototype.slice.call(arguments, 2));
  }

  function svg(name, attributes) {
    var node = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    return add(node, Array.prototype.slice.call(arguments, 2));
  }

  function shape(kind) {
    var found = SHAPES[kind] || ["circle", { r: "4.6", "class": "ring" }];
    return svg(found[0], found[1]);
  }

  function symbol(type) {
    return svg("svg", { "class": "symbol", viewBox: "-8 -8 16 16", width: "16", height: "16", "aria-hidden": "true" }, shape(type.symbol));
  }

  // The letter stands in types.css.
  function badge(type) {
    return el("span", { "class": "badge type-" + type.key }, symbol(type), el("span", {}, tr(type.short || type.label)));
  }

  function bar(share, key) {
    return svg("svg", { "class": "bar type-" + key, viewBox: "0 0 220 14", width: "220", height: "14", "aria-hidden": "true" },
      svg("rect", { "class": "ground", x: "0", y: "2", width: "220", height: "10" }),
      svg("rect", { "class": "fill", x: "0", y: "2", width: (220 * share).toFixed(1), height: "10" }));
  }

  function tr(text) {
    return text === null || text === undefined ? "" : typeof text === "string" ? text : text[language] || text.en || text.de || "";
  }

  // Half away from zero as the number stands in decimals, like typology/writing.py: 0.145 * 100 is 14.499999999999998.
  function rounded(value, digits) {
    var whole = Math.round(Number((Math.abs(value) * Math.pow(10, digits)).toFixed(6))) / Math.pow(10, digits);
    return value < 0 && whole ? -whole : whole;
  }

  function perCent(text) {
    return text + (language === "en" ? "%" : "\u00a0%");
  }

  // A share that is not quite nothing or all is not written as if it were.
  function percent(share) {
    if (share === null || share === undefined) { return "–"; }
    var whole = rounded(share * 100, 0);
    return perCent(whole === 0 && share > 0 ? "< 1" : whole === 100 && share < 1 ? "> 99" : number(share * 100));
  }

  // After rounding, too, no probability is written as impossible or certain.
  function chance(probability) {
    var whole = rounded(probability * 100, 0);
    return perCent(whole < 1 ? "< 1" : whole > 99 ? "> 99" : whole);
  }

  function number(value, digits) {
    if (value === null || value === undefined) { return "–"; }
    var text = rounded(value, digits || 0).toLocaleString(language === "en" ? "en-GB" : "de-DE", { minimumFractionDigits: digits || 0, maximumFractionDigits: digits || 0 });
    return text.replace("-", "\u2212");
  }

  // A name as its own piece of text: its direction of writing does not turn what stands beside it.
  function name(text) { return el("bdi", {}, text); }

  window.Marks = { el: el, name: name, svg: svg, symbol: symbol, badge: badge, bar: bar, tr: tr, percent: percent, chance: chance, number: number };
})();
