/** Imports run one way (docs/decisions/0001-house.md). Each rule says why; there is no exemption. */
const libs = (names) => `^libs/(${names})/`;
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'A cycle means that two files are one thing.', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'domain-is-pure', severity: 'error', comment: 'Decisions depend on nothing of ours, on no I/O and on no clock.', from: { path: libs('domain'), pathNot: '\\.spec\\.ts$' }, to: { path: '^(apps|infra|libs/(?!domain/))|^node:|node_modules/(@nestjs|pg|kysely)' , dependencyTypesNot: ['type-only'] } },
    { name: 'envelope-and-ledger-stand-alone', severity: 'error', comment: 'A stranger must be able to check them without the rest.', from: { path: libs('envelope|ledger'), pathNot: '\\.spec\\.ts$' }, to: { path: '^(apps|infra)/|^libs/(?!(envelope|ledger)/)' } },
    { name: 'telemetry-stands-alone', severity: 'error', comment: 'What counts and traces knows nothing of what is counted: no case can get into a metric from inside.', from: { path: libs('telemetry'), pathNot: '\\.spec\\.ts$' }, to: { path: '^(apps|infra)/|^libs/(?!telemetry/)' } },
    { name: 'core-is-not-instrumented', severity: 'error', comment: 'Telemetry is at the edges: what decides, forms and stores events runs the same without it.', from: { path: libs('domain|envelope|codec|keys|recorder|event-store|feeds|ledger|ledger-feed|access') }, to: { path: '^libs/telemetry/|node_modules/(prom-client|@opentelemetry)/' } },
    { name: 'libs-never-import-apps', severity: 'error', comment: 'Imports run from apps to libs.', from: { path: '^(libs|infra)/' }, to: { path: '^apps/' } },
    { name: 'apps-never-import-apps', severity: 'error', comment: 'What two apps share is a lib.', from: { path: '^apps/([^/]+)/' }, to: { path: '^apps/', pathNot: '^apps/$1/' } },
    { name: 'adapters-behind-modules', severity: 'error', comment: 'Only modules name an adapter, so that another can take its place.', from: { pathNot: '(module|main|spec|contract)\\.ts$|^test/|\\.adapter\\.ts$|^libs/[^/]+/src/(index|module)\\.ts$' }, to: { path: '\\.adapter\\.ts$' } },
    { name: 'libs-by-their-entries', severity: 'error', comment: 'A lib is reached by #libs/x, #libs/x/port or #libs/x/module.', from: { path: '^libs/([^/]+)/' }, to: { path: '^libs/[^/]+/src/(?!(index|port|module)\\.ts$)', pathNot: '^libs/$1/' } },
    { name: 'libs-by-their-entries-from-apps', severity: 'error', comment: 'As above.', from: { path: '^(apps|infra)/' }, to: { path: '^libs/[^/]+/src/(?!(index|port|module)\\.ts$)' } },
    { name: 'products-never-import-tests', severity: 'error', comment: 'A test part is never a product mode.', from: { path: '^(apps|libs|infra)/', pathNot: '\\.(spec|contract)\\.ts$' }, to: { path: '^test/' } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'] } },
};
