import type { Batch } from "../../observations/batch.ts";
import type { Tally } from "../../observations/tally.ts";
import { OTHER_LINES, type Witness } from "../define-line-format.ts";

/** Where flow records go that stand in datagrams or blocks, not in lines. */
export class ExportWitness implements Witness {
  batch!: Batch;
  position = 0;
  readonly tally: Tally;

  constructor(tally: Tally) {
    this.tally = tally;
  }

  other(): undefined {
    this.tally.gap(OTHER_LINES);
  }
}
