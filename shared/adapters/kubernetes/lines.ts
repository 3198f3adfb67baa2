/**
 * Splits a stream into lines, which may span chunks. Text after the last line feed is not a whole line and is dropped:
 * the stream was cut there.
 */
export async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  let parts: string[] = [];
  for await (const chunk of chunks) {
    const pieces = chunk.split('\n');
    const rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      parts.push(piece);
      const line = parts.join('');
      parts = [];
      if (line !== '') yield line;
    }
    if (rest !== '') parts.push(rest);
  }
}
