import { expect, it } from 'vitest';
import { harmless } from '../../../src/engine/observer.ts';

it('[SEC-LOG-SAFE] an observer that throws stops nothing, and hears everything', () => {
  const heard: string[] = [];
  class Breaking {
    readonly #mark = '!';
    refused({ code }: { code: string }): void {
      heard.push(code + this.#mark);
      throw new Error('no disk');
    }
  }
  const observer = harmless(new Breaking());
  observer.refused?.({ where: 'a', code: 'b', message: 'c' });
  expect(heard).toEqual(['b!']);
  expect(observer.sessionOpened).toBeUndefined();
});
