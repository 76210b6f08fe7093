import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError, probe, read } from '../../../src/formats/index.ts';

const FOLDER = new URL('corpus/', import.meta.url);

describe('what fuzzing found', () => {
  it.each(readdirSync(FOLDER).filter((name) => !name.endsWith('.md')))(
    '%s is refused by name',
    async (name) => {
      const bytes = new Uint8Array(readFileSync(new URL(name, FOLDER)));
      expect(() => probe(bytes)).toThrow(FormatError);
      await expect(read(bytes)).rejects.toBeInstanceOf(FormatError);
    },
  );
});
