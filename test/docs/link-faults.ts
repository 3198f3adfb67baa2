import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { type Page, root } from './pages.ts';

const isExternal = (link: string) => /^[a-z]+:/.test(link);

/** Links that lead to no file or to no heading. */
export function linkFaults(page: Page, all: ReadonlyMap<string, Page>): readonly string[] {
  return page.links.filter((link) => !isExternal(link)).flatMap((link) => faultOf(page, link, all));
}

function faultOf(page: Page, link: string, all: ReadonlyMap<string, Page>): readonly string[] {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
  if (!existsSync(join(root, path))) return [`${page.path}: ${link}: no file ${path}`];
  if (anchor === undefined) return [];
  if (all.get(path)?.anchors.has(anchor)) return [];
  return [`${page.path}: ${link}: ${path} has no heading #${anchor}`];
}

/** Folders that code in a line names files of. */
const named =
  /^(?:\.ci|deploy|docs|examples|explain|functions|packages|playground|relay|shared|test)\/[\w./-]+$/;

/** Made by a command, not in the repository. */
const made = /^relay\/dist\//;

/** Files that are named in code and are not there. */
export function fileFaults({ path, codes, blocks }: Page): readonly string[] {
  const words = [...codes, ...blocks.filter(isShell).flatMap(({ text }) => text.split(/\s+/))];
  return words
    .map((word) => word.replace(/\/?\*?$/, ''))
    .filter((word) => named.test(word) && !made.test(word) && !existsSync(join(root, word)))
    .filter((word) => !existsSync(join(root, dirname(path), word)))
    .map((word) => `${path}: no file ${word}`);
}

/** npm scripts that are named and that package.json does not have. */
export function scriptFaults({ path, text }: Page, scripts: ReadonlySet<string>): readonly string[] {
  return [...text.matchAll(/npm run ([a-z][a-z:-]*)/g)]
    .map(([, script = '']) => script)
    .filter((script) => !scripts.has(script))
    .map((script) => `${path}: package.json has no script ${script}`);
}

function isShell({ language }: { readonly language: string }): boolean {
  return language === 'sh';
}
