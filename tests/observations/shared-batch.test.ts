import fc from "fast-check";
import { expect, test } from "vitest";
import { Batch } from "../../src/observations/batch.ts";
import { bytesOf, shapeOf, storeBatch, viewBatch } from "../../src/observations/shared-batch.ts";

/** A batch whose every column holds something. */
function filled(rows: number, texts: readonly string[]): Batch {
  const batch = new Batch(1);
  for (let row = 0; row < rows; row++) batch.add(1 + (row % 3), row * 1000.5, row + 1);
  let value = 0;
  for (const column of Object.values(batch))
    if (ArrayBuffer.isView(column))
      for (let i = 0; i < (column as Uint8Array).length; i++) (column as Uint8Array)[i] = value++;
  for (const text of texts) batch.texts.addText(text);
  return batch;
}

function viewed(batch: Batch): Batch {
  const shape = shapeOf(batch);
  const memory = new SharedArrayBuffer(bytesOf(shape));
  storeBatch(batch, memory);
  const view = new Batch(0);
  viewBatch(view, memory, shape);
  return view;
}

test("every column of a batch is seen through shared memory as it was stored", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 70 }), fc.array(fc.string(), { maxLength: 20 }), (rows, texts) => {
      const batch = filled(rows, texts);
      const view = viewed(batch);
      expect(view.length).toBe(rows);
      const columns = Object.entries(batch).filter(([, column]) => ArrayBuffer.isView(column));
      expect(columns.length).toBeGreaterThan(20);
      for (const [name, column] of columns) {
        const perRow = (column as Uint8Array).length / batch.kind.length;
        const seen = (view as unknown as Record<string, Uint8Array>)[name]!;
        expect([name, [...seen]]).toEqual([name, [...(column as Uint8Array).subarray(0, rows * perRow)]]);
      }
      for (let id = 0; id < batch.texts.size; id++) expect(view.texts.text(id)).toBe(batch.texts.text(id));
      expect(view.texts.size).toBe(batch.texts.size);
    }),
    { numRuns: 50 },
  );
});
