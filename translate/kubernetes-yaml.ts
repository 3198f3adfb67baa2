import { Document, Scalar, type Tags, visit } from 'yaml';

/** Go's parser has more spellings of numbers than YAML 1.1: 0o17, 0X1F, .5e3. And << merges. */
const startsLikeNumber = /^[-+.~<=\d]/;
/** Characters that YAML 1.1 reads as ends of lines, or does not admit. */
const unsafe = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

/** Without the one for <<, which would print that without quotes. */
const customTags = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:merge');

/** An object as kubectl reads it: each text, also a key, is quoted where YAML 1.1 or Go would read something else. */
export function kubernetesYaml(object: unknown): string {
  const document = new Document(object, { version: '1.1', customTags, aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value !== 'string') return;
      if (startsLikeNumber.test(scalar.value) || unsafe.test(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return escaped(document.toString());
}

/** Texts with such characters are in double quotes, where an escape stands for them. */
function escaped(text: string): string {
  return text.replace(
    new RegExp(unsafe, 'g'),
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
