import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { openApi } from '../../../src/delivery/openapi.ts';
import { PARAMETERS } from '../../../src/delivery/parameters.ts';

const document = JSON.parse(JSON.stringify(openApi('1.2.3'))) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: {
    parameters: Record<string, { name: string; schema: { enum?: unknown[]; pattern?: string } }>;
  };
};
interface Operation {
  operationId?: string;
  parameters?: object[];
  responses?: Record<string, object>;
}

describe('the OpenAPI 3.1 document', () => {
  test('is one, by the specification’s own schema', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    const broken = { ...structuredClone(document), paths: { '/x': { get: { responses: 1 } } } };
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  test('has every parameter of the table, with a schema that says what the table’s reader does', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.components.parameters)).toEqual(Object.keys(PARAMETERS));
    for (const [name, { schema }] of Object.entries(document.components.parameters)) {
      const { parse } = PARAMETERS[name as keyof typeof PARAMETERS].values as {
        parse: (text: string) => unknown;
      };
      for (const value of schema.enum ?? []) expect([name, parse(String(value))]).not.toContain(undefined);
      if (schema.pattern !== undefined) expect(new RegExp(schema.pattern, 'u')).toBeInstanceOf(RegExp);
    }
  });

  test('refers to nothing that it does not have', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, path]) => path!);
    expect(references.length).toBeGreaterThan(20);
    for (const path of references) {
      let at: unknown = document;
      for (const step of path.split('/').slice(1)) at = (at as Record<string, unknown>)[step];
      expect([path, typeof at]).toEqual([path, 'object']);
    }
  });

  test('names each operation once, and every parameter of a path', () => {
    const operations = Object.values(document.paths).flatMap((item) =>
      Object.entries(item).flatMap(([method, { operationId }]) =>
        method === 'parameters' ? [] : [operationId],
      ),
    );
    expect(new Set(operations).size).toBe(operations.length);
    expect(operations).not.toContain(undefined);
    for (const [path, item] of Object.entries(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (item.parameters ?? []) as unknown as { name: string }[];
      expect(declared.map(({ name }) => name)).toEqual(names);
    }
  });
});
