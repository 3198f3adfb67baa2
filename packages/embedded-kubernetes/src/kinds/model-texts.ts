import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What the API's documentation says of a built-in type: of it, and of each field. */
export interface ModelTexts {
  readonly description: string;
  readonly fields: ReadonlyMap<string, { readonly description: string; readonly isRequired: boolean }>;
}

const known = new Map<string, ModelTexts>();

/** The texts of a model of the official client, such as `V1Pod`, from its declaration file. */
export function modelTexts(type: string): ModelTexts {
  const found = known.get(type);
  if (found) return found;
  const texts = parse(readFileSync(declarationOf(type), 'utf8'));
  known.set(type, texts);
  return texts;
}

function declarationOf(type: string): string {
  return fileURLToPath(import.meta.resolve(`@kubernetes/client-node/dist/gen/models/${type}.d.ts`));
}

/** The generator escapes quotes. */
const plain = (text: string) => text.replaceAll("\\'", "'");

const classForm = /\/\*\*\n\* ([^\n]*)\n\*\/\nexport declare class/;
const fieldForm = /(?: {4}\/\*\*\n {4}\* ([^\n]*)\n {4}\*\/\n)? {4}'([^']+)'(\?)?: /g;

function parse(declaration: string): ModelTexts {
  const fields = [...declaration.matchAll(fieldForm)].map(
    ([, description = '', name = '', optional]) =>
      [name, { description: plain(description), isRequired: optional === undefined }] as const,
  );
  return { description: plain(classForm.exec(declaration)?.[1] ?? ''), fields: new Map(fields) };
}
