/** A line of the table: what was measured, the design's goal, the figure. */
export type Row = readonly [what: string, goal: string, figure: string];
