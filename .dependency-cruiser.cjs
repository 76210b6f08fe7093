// The arrows of the design, from the ground up: what each room of src/ may import. No arrow runs upward.
const rooms = {
  telemetry: [],
  container: [],
  delivery: [],
  codec: ['container'],
  formats: ['container', 'codec', 'gain-map'],
  'gain-map': ['container', 'codec'],
  metrics: ['codec'],
  bench: ['container', 'codec', 'gain-map', 'formats', 'metrics'],
  inference: ['container', 'codec'],
  edge: ['container', 'delivery', 'telemetry'],
  origin: ['container', 'codec', 'gain-map', 'formats', 'inference', 'delivery', 'telemetry'],
  browser: ['container', 'codec', 'gain-map', 'inference'],
  local: ['origin'],
  cli: [
    'container',
    'delivery',
    'codec',
    'gain-map',
    'formats',
    'metrics',
    'bench',
    'inference',
    'origin',
    'local',
  ],
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `arrows-of-${room}`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: [`^src/${room}/`, ...allowed.map((other) => `^src/${other}/`)] },
    })),
    {
      name: 'pure-rooms-import-no-platform',
      comment: 'container, delivery, codec, gain-map and metrics run on every platform',
      severity: 'error',
      from: { path: '^src/(container|delivery|codec|gain-map|metrics)/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
