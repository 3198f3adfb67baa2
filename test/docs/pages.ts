import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** A fenced block of code, with its language. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Targets of links, as they are written. */
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
  /** Code in a line, between backticks. */
  readonly codes: readonly string[];
}

/** Files that git knows, new ones included and ignored and deleted ones not, that match a pathspec. */
export function filesOf(...pathspecs: readonly string[]): readonly string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...pathspecs];
  const { stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return stdout.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
}

export function pages(): readonly Page[] {
  return filesOf('*.md').map((path) => pageOf(path, readFileSync(join(root, path), 'utf8')));
}

const fence = /^ *```(\w*)\n([\s\S]*?)^ *```$/gm;

export function pageOf(path: string, text: string): Page {
  const prose = text.replace(fence, '');
  const headings = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return {
    path,
    text,
    blocks: [...text.matchAll(fence)].map(([, language = '', block = '']) => ({ language, text: block })),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link),
    anchors: anchorsOf(headings),
    codes: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
  };
}

/** As GitHub makes them: lower case, without punctuation, spaces as hyphens, a number behind a repeated one. */
function anchorsOf(headings: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
