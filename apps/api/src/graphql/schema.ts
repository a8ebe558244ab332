import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';
import { actionResolvers } from '../actions/actions.module.js';
import { ExportResolver } from '../exports/export.resolver.js';
import { LedgerResolver } from '../ledger/ledger.resolver.js';
import { queryResolvers } from '../queries/queries.module.js';
import { recordReads } from '../reads/recorded-schema.js';

/** The schema without a service behind it: what is committed as schema.graphql, and what tests look at. */
export async function buildSchema(): Promise<GraphQLSchema> {
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  try {
    const schema = await app.get(GraphQLSchemaFactory).create([...actionResolvers, ...queryResolvers, LedgerResolver, ExportResolver]);
    return recordReads(schema, { record: () => Promise.reject(new Error('nothing is read here')) });
  } finally {
    await app.close();
  }
}
