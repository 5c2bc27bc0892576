// @ts-check
// Graphviz, which both the page and the worker find as `graphviz`, a promise.

import { instance } from "@viz-js/viz";

Object.assign(globalThis, { graphviz: instance() });
