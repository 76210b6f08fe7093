import { NETWORK_HINTS, WIDTH_HINTS } from './client-hints.ts';
import { FILE_FORMATS, JPEG } from './file-format.ts';
import { LAYERED_MEDIA_TYPE } from './negotiate.ts';
import { PARAMETERS } from './parameters.ts';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';
import { SIGNATURE_PARAMETERS } from './signed-url.ts';

type Json = Readonly<Record<string, unknown>>;

/** The HTTP interface as an OpenAPI 3.1 document; its parameters are those of the table that requests are read by. */
export function openApi(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Afterglow',
      version,
      summary: 'An image CDN whose JPEGs are SDR and HDR at once',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: {
      '/images/{key}': {
        parameters: [key],
        get: picture('getPicture', 'The picture: negotiated, transformed, cut.'),
        head: picture('headPicture', 'What GET would say, without the picture.'),
        put: {
          operationId: 'putPicture',
          summary: 'Upload a master. Its renditions are made by a job.',
          security: [{ token: [] }, { signature: [] }],
          requestBody: {
            required: true,
            content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
          },
          responses: {
            202: { description: 'Accepted', headers: { Location: header('The job: `/jobs/{id}`.') } },
            ...problems(400, 401, 403, 412, 413, 415, 422, 503),
          },
        },
        delete: {
          operationId: 'deletePicture',
          summary: 'Delete everything of a picture.',
          security: [{ token: [] }, { signature: [] }],
          responses: { 204: { description: 'Deleted' }, ...problems(400, 401, 403, 404, 412, 503) },
        },
      },
      '/images/{key}/info': {
        parameters: [key],
        get: {
          operationId: 'getInfo',
          summary: 'What there is of a picture, without its pixels.',
          responses: { 200: json('Size, headroom, layers and their bytes'), ...problems(400, 404, 503) },
        },
      },
      '/fetch/{url}': {
        parameters: [
          inPath(
            'url',
            'The address of a picture elsewhere, within the operator’s allowlist, percent-encoded or as it is.',
          ),
        ],
        get: picture(
          'getRemotePicture',
          'The picture of a remote source, with all that an uploaded one has.',
        ),
      },
      '/jobs/{id}': {
        parameters: [inPath('id', 'As the `Location` of an upload names it.')],
        get: {
          operationId: 'getJob',
          summary: 'How far a job is; with `Accept: text/event-stream`, as it goes on.',
          responses: {
            200: {
              description: 'The job',
              content: {
                'application/json': { schema: { $ref: '#/components/schemas/Job' } },
                'text/event-stream': { schema: { type: 'string' } },
              },
            },
            ...problems(404, 503),
          },
        },
      },
      '/healthz': {
        get: {
          operationId: 'getHealth',
          summary: 'Whether the edge answers.',
          responses: { 200: json('It does') },
        },
      },
    },
    components: {
      parameters: Object.fromEntries(
        Object.entries(PARAMETERS).map(([name, row]) => [name, inQuery(name, row)]),
      ),
      schemas: { Problem: problemSchema, Job: jobSchema },
      responses: {
        Problem: {
          description: 'A problem document (RFC 9457)',
          headers: { 'Retry-After': header('Seconds, with 429 and 503.') },
          content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        signature: {
          type: 'apiKey',
          in: 'query',
          name: 'signature',
          description: `Signed URLs: ${SIGNATURE_PARAMETERS.map((name) => `\`${name}\``).join(', ')} in the query.`,
        },
      },
    },
  };
}

const key = inPath('key', 'One or more segments, `folder/picture.exr`: slashes stand as they are.');

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable, for programs.' },
  },
};

const jobSchema = {
  type: 'object',
  required: ['id', 'status', 'progress'],
  properties: {
    id: { type: 'string' },
    status: { type: 'string', enum: ['queued', 'encoding', 'done', 'failed'] },
    progress: { type: 'number', minimum: 0, maximum: 1 },
    problem: { $ref: '#/components/schemas/Problem' },
  },
};

function picture(operationId: string, summary: string): Json {
  const headers = {
    ETag: header('Strong; known before anything is rendered.'),
    Vary: header('The request headers that the choice could have depended on.'),
    Afterglow: header('What was sent: `layered;layers=3;of=4;model="glow2026"` (RFC 9651).'),
  };
  const binary = { schema: { type: 'string', format: 'binary' } };
  const types = [JPEG, ...Object.values(FILE_FORMATS)].map(({ mediaType }) => [mediaType, binary] as const);
  const content = Object.fromEntries(types);
  return {
    operationId,
    summary,
    parameters: [
      ...Object.keys(PARAMETERS).map((name) => ({ $ref: `#/components/parameters/${name}` })),
      inHeader('Accept', `Layers go to who names \`${LAYERED_MEDIA_TYPE}\`.`),
      ...NETWORK_HINTS.map((name) => inHeader(name, 'May lower the number of layers.')),
      ...WIDTH_HINTS.map((name) => inHeader(name, 'May choose the width.')),
      inHeader('Range', 'One range of bytes.'),
      inHeader('If-None-Match', 'Entity tags that are at hand.'),
    ],
    responses: {
      200: { description: 'The picture', headers, content },
      206: { description: 'A part of it', headers, content },
      304: { description: 'It is at hand already' },
      ...problems(400, 403, 404, 412, 416, 422, 429, 503),
    },
  };
}

function inQuery(
  name: string,
  {
    aliases,
    doc,
    values,
  }: {
    readonly aliases: readonly string[];
    readonly doc: string;
    readonly values: { readonly schema: Json };
  },
): Json {
  const spelt =
    aliases.length === 0 ? '' : ` Also spelt ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`;
  return { name, in: 'query', description: doc + spelt, schema: values.schema };
}

function inPath(name: string, description: string): Json {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

function inHeader(name: string, description: string): Json {
  return { name, in: 'header', description, schema: { type: 'string' } };
}

function header(description: string): Json {
  return { description, schema: { type: 'string' } };
}

function json(description: string): Json {
  return { description, content: { 'application/json': { schema: { type: 'object' } } } };
}

function problems(...statuses: readonly number[]): Json {
  return Object.fromEntries(statuses.map((status) => [status, { $ref: '#/components/responses/Problem' }]));
}
