/** Who may know whom: each file imports from its own layer or from those below, and what is pure knows no JupyterLab. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '..', 'src');

/** From below to above. What is not named here is pure: it knows neither a page nor a kernel. */
const LAYERS = ['pure', 'connection', 'views', 'plugins', 'index'] as const;
type Layer = (typeof LAYERS)[number];

/** Files that speak to a kernel through JupyterLab's services. */
const CONNECTION = ['connection', 'connections', 'revival', 'subshell', 'tokens', 'wire'];
/** Files that arrange JupyterLab itself, without drawing anything of ours. */
const PAGE = ['appTiles', 'workbench', 'workbenchCommands', 'writing', 'writingPlaces'];
/** What pure files may import from others: signals and types of data, which need no page. */
const FREE = ['@lumino/signaling', '@lumino/disposable', '@lumino/coreutils', '@rjsf/validator-ajv8'];

interface Import {
  from: string;
  /** Whether only types are taken: nothing of it is there when the program runs. */
  typesOnly: boolean;
}

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf-8' })
  .filter(path => /\.tsx?$/.test(path))
  .map(path => path.replaceAll('\\', '/'));

function importsOf(path: string): Import[] {
  const text = readFileSync(join(SRC, path), 'utf-8');
  return [...text.matchAll(/^import\s+(type\s)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)].map(
    ([, type, from]) => ({ from: from!, typesOnly: type !== undefined })
  );
}

function layerOf(path: string): Layer {
  const [folder, ...rest] = path.replace(/\.tsx?$/, '').split('/') as [string, ...string[]];
  if (rest.length) {
    return folder === 'plugins' ? 'plugins' : 'views';
  }
  if (folder === 'index') {
    return 'index';
  }
  return CONNECTION.includes(folder) ? 'connection' : PAGE.includes(folder) ? 'views' : 'pure';
}

/** The file below src that an import of ours means. */
function targetOf(path: string, from: string): string {
  return relative('.', normalize(join(dirname(path), from))).replaceAll('\\', '/');
}

/** Modules that are drawn with, and those that wire, by the area they belong to. */
function areaOf(path: string): string {
  const [folder, area, ...rest] = path.split('/');
  return folder === 'views' && rest.length && area ? area : '';
}

describe('the layers', () => {
  it('hold every file that is named here', () => {
    for (const name of [...CONNECTION, ...PAGE]) {
      expect(FILES).toContain(`${name}.ts`);
    }
  });

  it.each(FILES)('%s imports from its layer or from below', path => {
    const own = LAYERS.indexOf(layerOf(path));
    const above = importsOf(path)
      .filter(({ from, typesOnly }) => from.startsWith('.') && !typesOnly)
      .map(({ from }) => targetOf(path, from))
      .filter(target => LAYERS.indexOf(layerOf(target)) > own);
    expect(above).toEqual([]);
  });

  it.each(FILES.filter(path => layerOf(path) === 'pure'))('%s is pure', path => {
    const foreign = importsOf(path)
      .filter(({ from, typesOnly }) => !from.startsWith('.') && !typesOnly && !FREE.includes(from))
      .map(({ from }) => from);
    expect(foreign).toEqual([]);
  });

  it.each(FILES.filter(path => areaOf(path)))('%s draws with its own area, or with what all share', path => {
    const others = importsOf(path)
      .map(({ from }) => (from.startsWith('.') ? targetOf(path, from) : ''))
      .filter(target => areaOf(target) !== '' && areaOf(target) !== areaOf(path));
    expect(others).toEqual([]);
  });
});
