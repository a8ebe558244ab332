/** Nest 12 is ESM only: run with NODE_OPTIONS=--experimental-vm-modules (the npm scripts do). */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata', '<rootDir>/test/support/one-realm.js'],
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  testMatch: ['<rootDir>/{apps,libs,infra,test}/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testTimeout: 30_000,
  // Workers of their own, renewed when they grow: in one process the modules of every file pile up until the collector does nothing else.
  maxWorkers: 2,
  workerIdleMemoryLimit: '768MB',
};
