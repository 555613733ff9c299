import { describe, expect, it } from 'vitest';

import { addressOf, appsOf, pictureOf } from '../src/apps';
import { translated } from '../src/schemaTexts';
import { isNearlyFull, memoryText } from '../src/views/status/words';

describe('apps of the server', () => {
  const ct = {
    name: 'ct',
    title: 'Tomography',
    url: 'voila/render/ct.ipynb',
    icon: 'data:image/png;base64,AAAA'
  };

  it('are taken from its answer, and what is none is left out', () => {
    expect(appsOf([ct, { name: 'x' }, 3, null, 'ct'])).toEqual([ct]);
    expect(appsOf({ message: 'not found' })).toEqual([]);
  });

  it('have a name for a reader even without a title, and only pictures as icons', () => {
    expect(appsOf([{ name: 'pdf', url: '/pdf', icon: 'http://elsewhere/icon.png' }])).toEqual([
      { name: 'pdf', title: 'pdf', url: '/pdf', icon: '' }
    ]);
  });

  it('show their picture without running what it may hold', () => {
    expect(pictureOf({ ...ct, icon: 'data:image/svg+xml,<svg onload="x()">' })).not.toContain('onload="');
    expect(pictureOf(ct)).toContain('href="data:image/png;base64,AAAA"');
    expect(pictureOf({ ...ct, icon: '' })).toBe('');
  });

  it('lie below the server, whatever the manifest says', () => {
    expect(addressOf(ct, 'http://localhost:8888/user/ann/')).toBe(
      'http://localhost:8888/user/ann/voila/render/ct.ipynb'
    );
    expect(addressOf({ ...ct, url: 'https://elsewhere.org/' }, 'http://localhost:8888/')).toBeNull();
    expect(addressOf({ ...ct, url: 'javascript:alert(1)' }, 'http://localhost:8888/')).toBeNull();
  });
});

describe('memory in the status bar', () => {
  const memory = { resident: 1.2e9, budget: 16e9, process: 2e9 };
  const joined = (used: string, budget: string) => `${used} of ${budget}`;

  it('stands beside its budget where there is one', () => {
    expect(memoryText(memory, joined)).toBe('1.2 GB of 16 GB');
    expect(memoryText({ ...memory, budget: null }, joined)).toBe('1.2 GB');
  });

  it('is nearly full beyond nine tenths', () => {
    expect(isNearlyFull(memory)).toBe(false);
    expect(isNearlyFull({ ...memory, resident: 15e9 })).toBe(true);
    expect(isNearlyFull({ ...memory, budget: null })).toBe(false);
  });
});

describe('a settings schema', () => {
  it('is translated where a reader sees it, and nowhere else', () => {
    const schema = {
      title: 'Views',
      type: 'object',
      properties: { title: { title: 'Title', enum: ['title'], default: 'title' } }
    };
    expect(translated(schema, text => text.toUpperCase())).toEqual({
      title: 'VIEWS',
      type: 'object',
      properties: { title: { title: 'TITLE', enum: ['title'], default: 'title' } }
    });
  });
});
