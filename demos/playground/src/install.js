// @ts-check
// The library, put where Python finds it: into the files that it sees, which are memory.

/** @import { PyodideAPI } from "pyodide" */

const PLACE = "/lib/python3.14/site-packages";

/**
 * @param {PyodideAPI} python
 * @param {Record<string, string>} texts  by their names
 */
export function install({ FS }, texts) {
  const encoder = new TextEncoder(); // faster than the files' own
  for (const [name, text] of Object.entries(texts)) {
    const path = `${PLACE}/${name}`;
    FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    FS.writeFile(path, encoder.encode(text), { canOwn: true });
  }
}
