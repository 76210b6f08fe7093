import { NETWORK_HINTS, WIDTH_HINTS } from './client-hints.ts';
import { FILE_FORMATS, JPEG } from './file-format.ts';
import { LAYERED_MEDIA_TYPE } from './negotiate.ts';
import { PARAMETERS } from './parameters.ts';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';
import { SIGNATURE_PARAMETERS } from './signed-url.ts';
import { UPLOAD_PARAMETERS } from './upload-policy.ts';

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
          parameters: [
            ...signature,
            ...inQueries({
              [UPLOAD_PARAMETERS.maxBytes]: 'Of a signed URL: the largest body, in bytes.',
              [UPLOAD_PARAMETERS.contentType]:
                'Of a signed URL: the `Content-Type` that the upload must have.',
            }),
            ...preconditions,
          ],
          requestBody: {
            required: true,
            content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
          },
          responses: {
            202: { description: 'Accepted', headers: { Location: header('The job: `/jobs/{id}`.') } },
            ...problems(400, 401, 403, 412, 413, 415, 422, 429, 503),
          },
        },
        delete: {
          operationId: 'deletePicture',
          summary: 'Delete everything of a picture.',
          security: [{ token: [] }, { signature: [] }],
          parameters: [...signature, ...preconditions],
          responses: { 204: { description: 'Deleted' }, ...problems(400, 401, 403, 404, 412, 429, 503) },
        },
      },
      '/images/{key}/info': {
        parameters: [key],
        get: {
          operationId: 'getInfo',
          summary: 'What there is of a picture, without its pixels.',
          parameters: signature,
          responses: {
            200: json('Size, headroom, layers and their bytes'),
            ...problems(400, 403, 404, 429, 503),
          },
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
            ...problems(404, 429, 503),
          },
        },
        post: {
          operationId: 'retryJob',
          summary: 'Begin a failed job again; its master is still there.',
          security: [{ token: [] }, { signature: [] }],
          parameters: signature,
          responses: {
            202: { description: 'Queued', headers: { Location: header('The job: `/jobs/{id}`.') } },
            ...problems(401, 403, 404, 409, 429, 503),
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
      '/metrics': {
        get: {
          operationId: 'getMetrics',
          summary: 'Counters of the isolate that answers, for Prometheus; with the token of metrics alone.',
          security: [{ token: [] }],
          responses: {
            200: { description: 'The exposition', content: { 'text/plain': { schema: { type: 'string' } } } },
            ...problems(404),
          },
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

const signature = inQueries({
  expires: 'Of a signed URL: until when it is good, in seconds since 1970.',
  keyid: 'Of a signed URL: the key that it is signed with.',
  signature: 'Of a signed URL: HMAC-SHA-256, base64url. `afterglow sign` makes all three.',
} satisfies Record<(typeof SIGNATURE_PARAMETERS)[number], string>);

const preconditions = [
  inHeader('If-Match', 'Entity tags: only if one of them is that of the picture now.'),
  inHeader('If-None-Match', '`*`: only if there is no picture yet.'),
];

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
      ...signature,
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

function inQueries(parameters: Readonly<Record<string, string>>): Json[] {
  return Object.entries(parameters).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }));
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
