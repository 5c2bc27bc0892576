// @ts-check
// What was compressed, as it was.

/** @param {Uint8Array<ArrayBuffer>} bytes  by gzip */
export async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
