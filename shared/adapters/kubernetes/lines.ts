/**
 * Splits a stream into lines, which may lie across chunks. What follows the last line feed is not a whole line and is
 * dropped: a stream that ends there was cut.
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
