/** A part of the page that an update can replace, by the id of its element. */
export interface Fragment {
  readonly id: string;
  readonly html: string;
}
