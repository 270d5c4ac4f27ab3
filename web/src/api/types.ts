// The contract's shapes under short names. schema.d.ts is generated from docs/openapi.yaml.
import type { components } from './schema'

type Schemas = components['schemas']

export type Job = Schemas['Job']
export type JobWithChunks = Schemas['JobWithChunks']
export type Chunk = Schemas['Chunk']
export type Integration = Schemas['Integration']
export type Schedule = Schemas['Schedule']
export type Queue = Schemas['Queue']
export type CoverageDay = Schemas['CoverageDay']
export type PerformanceRow = Schemas['PerformanceRow']
export type Session = Schemas['Session']
export type Totals = Schemas['Totals']
export type Problem = Schemas['Problem']
export type JobStatus = Schemas['JobStatus']
export type DayState = Schemas['DayState']
export type CollectionType = Schemas['CollectionType']
export type Token = Schemas['Token']
export type NewToken = Schemas['NewToken']
export type AuditEntry = Schemas['AuditEntry']
export type RangeRequest = Schemas['RangeRequest']
