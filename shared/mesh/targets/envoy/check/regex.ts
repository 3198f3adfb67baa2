import { isUnicodeClass } from './unicode-class.ts';

/** Why RE2, Envoy's dialect of regular expressions, would refuse one. */
export function regexFault(regex: string): string | undefined {
  try {
    const size = new Parser(regex).parse();
    return size > maxSize ? `its program has ${size} instructions; expected at most ${maxSize}` : undefined;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

/** The instructions of an expression's program; 0 if RE2 would refuse it. */
export function regexSize(regex: string): number {
  try {
    return new Parser(regex).parse();
  } catch (error) {
    if (error instanceof Refused) return 0;
    throw error;
  }
}

/**
 * Instructions of a program, of 16 bytes in each proxy that has it: far more than any but one that counts large repetitions.
 * The bootstrap sets Envoy's own limit higher still, so that what passes here is taken there.
 */
const maxSize = 4_096;
const maxRepeat = 1000;
const maxDepth = 900;

class Refused extends Error {}

/** What has been read of a sequence: the instructions it takes, and how often its repetitions repeat. */
interface Piece {
  readonly size: number;
  readonly repeats: number;
}

/** Follows the parser of RE2 with its flags for Perl's syntax. */
class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  readonly #names = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  parse(): number {
    const { size } = this.#alternatives();
    if (this.#at < this.#text.length) throw new Refused('unexpected )');
    return size;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const sticky = stickyOf(pattern);
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text) ?? undefined;
    if (found) this.#at += found[0].length;
    return found;
  }

  /** Up to the closing parenthesis of a group, or the end. */
  #alternatives(): Piece {
    if (++this.#depth > maxDepth) throw new Refused('groups are nested too deep');
    const sequences = [this.#sequence()];
    while (this.#take(/\|/)) sequences.push(this.#sequence());
    this.#depth--;
    return all(sequences);
  }

  #sequence(): Piece {
    const pieces: Piece[] = [];
    let justRepeated = false;
    while (this.#at < this.#text.length && !/[|)]/.test(this.#text[this.#at] ?? '')) {
      const repetition = this.#repetition();
      if (repetition === undefined) {
        pieces.push(...this.#atom());
        justRepeated = false;
        continue;
      }
      const last = pieces.pop();
      if (last === undefined) throw new Refused('missing argument of a repetition');
      if (justRepeated) throw new Refused('a repetition of a repetition');
      pieces.push(repeated(last, repetition));
      justRepeated = true;
    }
    return all(pieces);
  }

  /** How often the piece before is there at most, as far as that is bounded; undefined if something else follows. */
  #repetition(): number | undefined {
    if (this.#take(/[*+?]\??/)) return 1;
    const range = this.#take(/\{(0|[1-9]\d{0,8})(?:,(0|[1-9]\d{0,8})?)?\}\??/);
    if (range === undefined) return undefined;
    const from = Number(range[1]);
    const to = Number(range[2] ?? from);
    if (to > maxRepeat || from > to) throw new Refused(`bad size of the repetition ${range[0]}`);
    return to;
  }

  #atom(): readonly Piece[] {
    if (this.#take(/\(/)) return this.#group();
    if (this.#take(/\[/)) return [this.#class()];
    const quote = this.#take(/\\Q([\s\S]*?)(?:\\E|$)/);
    if (quote) return [...(quote[1] ?? '')].map(() => one);
    if (this.#take(/\\[bBAzC]|[.]/)) return [anyRune];
    if (this.#take(/\\[dsw]/)) return [fewRanges];
    if (this.#take(/\\[DSW]/)) return [anyRune];
    const unicode = this.#unicodeClass();
    if (unicode) return [unicode];
    if (this.#take(/\\/)) this.#escape();
    else this.#take(/[\s\S]/);
    return [one];
  }

  #group(): readonly Piece[] {
    if (!this.#take(/\?/)) return [this.#closed()];
    if (this.#take(/(?=<[=!]|[=!])/)) throw new Refused('assertions about what is around are not known');
    const name = this.#take(/P?<(\w+)>/)?.[1];
    if (name !== undefined) {
      if (this.#names.has(name)) throw new Refused(`the group ${name} is there twice`);
      this.#names.add(name);
      return [this.#closed()];
    }
    const flags = this.#take(/[imsU]*(?:-[imsU]+)?([:)])/);
    if (flags === undefined) throw new Refused('bad flags of a group');
    // Flags alone are no piece: what comes before them is repeated.
    return flags[1] === ')' ? [] : [this.#closed()];
  }

  #closed(): Piece {
    const piece = this.#alternatives();
    if (!this.#take(/\)/)) throw new Refused('missing )');
    return { ...piece, size: piece.size + 2 };
  }

  #class(): Piece {
    let size = this.#take(/\^/) ? anyRune.size : 2;
    for (let first = true; first || !this.#take(/\]/); first = false) {
      const item = this.#classItem();
      size += item.size;
    }
    return { size, repeats: 1 };
  }

  #classItem(): Piece {
    const posix = this.#take(/\[:([\s\S]*?):\]/);
    if (posix) {
      if (!posixClass.test(posix[1] ?? '')) throw new Refused(`bad class ${posix[0]}`);
      return posix[1]?.startsWith('^') ? anyRune : fewRanges;
    }
    if (this.#take(/\\[dsw]/)) return fewRanges;
    if (this.#take(/\\[DSW]/)) return anyRune;
    const unicode = this.#unicodeClass();
    if (unicode) return unicode;
    const from = this.#rune();
    const to = this.#take(/-(?!\])/) ? this.#rune() : from;
    if (to < from) throw new Refused('bad range of a class');
    return to < 0x80 ? oneRange : anyRune;
  }

  #rune(): number {
    if (this.#at >= this.#text.length) throw new Refused('missing ]');
    if (this.#take(/\\/)) return this.#escape();
    return this.#take(/[\s\S]/)?.[0].codePointAt(0) ?? 0;
  }

  #unicodeClass(): Piece | undefined {
    const found = this.#take(/\\[pP](?:\{\^?([^}]*)\}|([^{]))/);
    if (found === undefined) {
      if (this.#take(/\\[pP]/)) throw new Refused('bad Unicode class');
      return undefined;
    }
    if (!isUnicodeClass(found[1] ?? found[2] ?? '')) throw new Refused(`bad class ${found[0]}`);
    return anyRune;
  }

  /** The rest of an escape after its backslash. */
  #escape(): number {
    const octal = this.#take(/[1-7][0-7]{1,2}|0[0-7]{0,2}/);
    if (octal) return Number.parseInt(octal[0], 8);
    const hex = this.#take(/x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/);
    if (hex) return checkedRune(Number.parseInt(hex[1] ?? hex[2] ?? '', 16));
    const letter = this.#take(/[nrtafv]/)?.[0];
    if (letter) return { n: 10, r: 13, t: 9, a: 7, f: 12, v: 11 }[letter] ?? 0;
    const other = this.#take(/\p{ASCII}/u)?.[0];
    if (other === undefined || /[A-Za-z0-9]/.test(other)) throw new Refused(`bad escape \\${other ?? ''}`);
    return other.codePointAt(0) ?? 0;
  }
}

const compiled = new Map<string, RegExp>();

function stickyOf({ source }: RegExp): RegExp {
  const known = compiled.get(source);
  if (known) return known;
  const made = new RegExp(source, 'uy');
  compiled.set(source, made);
  return made;
}

const one: Piece = { size: 1, repeats: 1 };
/** Of ASCII: an instruction, and one to choose it. */
const oneRange: Piece = { size: 2, repeats: 1 };
const fewRanges: Piece = { size: 8, repeats: 1 };
/** Of a rune that is written in up to four bytes. */
const anyRune: Piece = { size: 12, repeats: 1 };
const posixClass =
  /^\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit)$/;

function all(pieces: readonly Piece[]): Piece {
  return {
    size: pieces.reduce((sum, { size }) => sum + size, 1),
    repeats: pieces.reduce((most, { repeats }) => Math.max(most, repeats), 1),
  };
}

function repeated({ size, repeats }: Piece, times: number): Piece {
  if (repeats * times > maxRepeat) throw new Refused('repetitions of repetitions are too many');
  return { size: size * Math.max(1, times) + 2, repeats: repeats * Math.max(1, times) };
}

function checkedRune(rune: number): number {
  if (rune > 0x10_ff_ff) throw new Refused('no such character');
  return rune;
}
