// What a text is: pure work on plain data.

const EMPTY = {
  heading: { text: '' }, text: { text: '' }, legal: { text: '' }, picture: { file: '', name: '', alt: '', url: '', width: 0, height: 0 }, facts: { rows: [{ label: '', value: '' }] },
  product: { name: '', text: '', price: '', before: '', file: '', alt: '', label: '', url: '', width: 0, height: 0 }, button: { label: '', url: '', reply: '' },
  order: { lines: true, parcel: true }, invoice: {}, signature: { closing: '', name: '', role: '' },
};
const SHAPE = new Set(['when', 'file', 'width', 'height', 'lines', 'parcel']);

export const shaped = (field) => SHAPE.has(field);
export const freshId = () => Array.from(crypto.getRandomValues(new Uint8Array(5)), (byte) => byte.toString(36).padStart(2, '0')).join('');
export const fresh = (kind, id) => ({ id, kind, when: '', ...structuredClone(EMPTY[kind]) });

export function withBlock(written, id, work) {
  const found = written.blocks.find((block) => block.id === id);
  if (found) work(found);
}

export function moved(blocks, id, by) {
  const from = blocks.findIndex((block) => block.id === id), to = from + by;
  if (from < 0 || to < 0 || to >= blocks.length) return blocks;
  const made = [...blocks];
  made.splice(to, 0, ...made.splice(from, 1));
  return made;
}

export function after(blocks, id, block) {
  const at = blocks.findIndex((one) => one.id === id);
  return at < 0 ? [...blocks, block] : [...blocks.slice(0, at + 1), block, ...blocks.slice(at + 1)];
}
