/** One log line of a function or the platform. */
export interface LogLine {
  readonly functionName: string;
  readonly text: string;
}
export type LogSink = (line: LogLine) => void;

/** Collects the last 4 KB of one invocation's log, which Invoke returns with `LogType: Tail`. */
export class LogTail {
  #text = '';

  add(text: string): void {
    this.#text = (this.#text + text).slice(-4096);
  }

  get base64(): string {
    return Buffer.from(this.#text).toString('base64');
  }
}
