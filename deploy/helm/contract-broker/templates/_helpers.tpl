{{- define "contract-broker.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "contract-broker.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := include "contract-broker.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "contract-broker.selectorLabels" -}}
app.kubernetes.io/name: {{ include "contract-broker.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "contract-broker.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "contract-broker.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Metadata of an object. Takes `root`, and optionally `name` or `suffix`, `labels` and `annotations`. */ -}}
{{- define "contract-broker.metadata" -}}
name: {{ default (printf "%s%s" (include "contract-broker.fullname" .root) (default "" .suffix)) .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "contract-broker.labels" .root | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (default (dict) .annotations) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "contract-broker.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "contract-broker.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "contract-broker.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{- /* What every pod of the chart has: credentials of registries, account and security. */ -}}
{{- define "contract-broker.podBase" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
# Variables that Kubernetes makes of services would look like settings of the broker.
enableServiceLinks: false
serviceAccountName: {{ include "contract-broker.serviceAccountName" . }}
automountServiceAccountToken: {{ .Values.serviceAccount.automountServiceAccountToken }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "contract-broker.isSqlite" -}}
{{- if eq .Values.database.kind "sqlite" }}true{{ end }}
{{- end }}

{{- define "contract-broker.hasManyReplicas" -}}
{{- if or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1) }}true{{ end }}
{{- end }}

{{- /* Where probes ask: the listener for metrics asks for no credentials. */ -}}
{{- define "contract-broker.probePort" -}}
{{- if .Values.metrics.enabled }}metrics{{ else }}http{{ end }}
{{- end }}

{{- define "contract-broker.secretsFolder" -}}
/etc/contract-broker/secrets
{{- end }}

{{- define "contract-broker.authorityFolder" -}}
/etc/contract-broker/database
{{- end }}

{{- define "contract-broker.hasAuthority" -}}
{{- if or .Values.database.authority.secretName .Values.database.authority.configMapName }}true{{ end }}
{{- end }}

{{- define "contract-broker.databaseUrl" -}}
{{- if include "contract-broker.isSqlite" . -}}
sqlite:/data/broker.sqlite3
{{- else -}}
{{- with .Values.database -}}
postgres://{{ urlquery .user }}@{{ .host }}:{{ int .port }}/{{ urlquery .name }}?sslmode={{ .sslmode }}
{{- end }}
{{- if include "contract-broker.hasAuthority" . -}}
&sslrootcert={{ include "contract-broker.authorityFolder" . }}/authority.pem
{{- end }}
{{- end }}
{{- end }}

{{- /* The text of a setting's value: lists are separated by spaces, numbers written without exponent. */ -}}
{{- define "contract-broker.text" -}}
{{- if kindIs "slice" . }}{{ join " " . }}
{{- else if kindIs "float64" . }}{{ int64 . }}
{{- else }}{{ toString . }}
{{- end }}
{{- end }}

{{- /* Variables for nested settings. Takes `prefix` and `values`. */ -}}
{{- define "contract-broker.settings" -}}
{{- range $key, $value := .values }}
{{- $name := printf "%s_%s" $.prefix (upper $key) }}
{{- if kindIs "map" $value }}
{{- include "contract-broker.settings" (dict "prefix" $name "values" $value) }}
{{- else if regexMatch "(password|tokens|secret|_key)$" $key }}
{{- fail (printf "config: %s is a secret: name a Secret for it under `secrets`" $key) }}
{{- else if not (kindIs "invalid" $value) }}
- name: {{ $name }}
  value: {{ include "contract-broker.text" $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Variables that name the files of secrets. */ -}}
{{- define "contract-broker.secretSettings" -}}
{{- range $table, $settings := .Values.secrets }}
{{- range $key, $source := $settings }}
- name: {{ printf "CONTRACT_BROKER_%s_%s_FILE" (upper $table) (upper $key) }}
  value: {{ include "contract-broker.secretsFolder" $ }}/{{ $table }}.{{ $key }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Where the database is, as variables, and who migrates it. */ -}}
{{- define "contract-broker.databaseVariables" -}}
- name: CONTRACT_BROKER_DATABASE_URL
  {{- if and (not (include "contract-broker.isSqlite" .)) .Values.database.urlSecret.name }}
  valueFrom:
    secretKeyRef:
      name: {{ .Values.database.urlSecret.name }}
      key: {{ .Values.database.urlSecret.key }}
  {{- else }}
  value: {{ include "contract-broker.databaseUrl" . | quote }}
  {{- end }}
{{- if .Values.migrations.job.enabled }}
- name: CONTRACT_BROKER_DATABASE_MIGRATE
  value: check
{{- end }}
{{- end }}

{{- /* Volumes with the files of secrets. */ -}}
{{- define "contract-broker.secretVolumes" -}}
{{- if .Values.secrets }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $table, $settings := .Values.secrets }}
      {{- range $key, $source := $settings }}
      - secret:
          name: {{ $source.name }}
          items:
            - key: {{ $source.key }}
              path: {{ $table }}.{{ $key }}
      {{- end }}
      {{- end }}
{{- end }}
{{- if include "contract-broker.hasAuthority" . }}
- name: database-authority
  {{- with .Values.database.authority }}
  {{- if .secretName }}
  secret:
    secretName: {{ .secretName }}
  {{- else }}
  configMap:
    name: {{ .configMapName }}
  {{- end }}
    items:
      - key: {{ .key }}
        path: authority.pem
  {{- end }}
{{- end }}
{{- end }}

{{- /* Where they are mounted. */ -}}
{{- define "contract-broker.secretMounts" -}}
{{- if .Values.secrets }}
- name: secrets
  mountPath: {{ include "contract-broker.secretsFolder" . }}
  readOnly: true
{{- end }}
{{- if include "contract-broker.hasAuthority" . }}
- name: database-authority
  mountPath: {{ include "contract-broker.authorityFolder" . }}
  readOnly: true
{{- end }}
{{- end }}

{{- /* Refuses values that cannot work, before anything is installed. */ -}}
{{- define "contract-broker.check" -}}
{{- $secrets := .Values.secrets }}
{{- if include "contract-broker.isSqlite" . }}
{{- if include "contract-broker.hasManyReplicas" . }}
{{- fail "SQLite serves one replica: set replicaCount to 1 and autoscaling.enabled to false, or database.kind to postgresql" }}
{{- end }}
{{- if .Values.migrations.job.enabled }}
{{- fail "migrations.job needs PostgreSQL: with SQLite the broker migrates its own file when it starts" }}
{{- end }}
{{- if dig "database" "password" "" $secrets }}
{{- fail "secrets.database.password: SQLite has no password; leave it out, or set database.kind to postgresql" }}
{{- end }}
{{- else }}
{{- if not (or .Values.database.host .Values.database.urlSecret.name) }}
{{- fail "PostgreSQL needs database.host, or database.urlSecret.name" }}
{{- end }}
{{- if and .Values.database.urlSecret.name (dig "database" "password" "" $secrets) }}
{{- fail "database.urlSecret and secrets.database.password are both set; the address of database.urlSecret has the password already" }}
{{- end }}
{{- if not (dig "webhook" "encryption_key" "" $secrets) }}
{{- fail "PostgreSQL needs secrets.webhook.encryption_key, the same for every replica: contract-broker generate-key prints one" }}
{{- end }}
{{- end }}
{{- range list "bind" "database.url" "metrics.bind" }}
{{- if hasKey (include "contract-broker.names" (dict "values" $.Values.config) | fromYaml) . }}
{{- fail (printf "config: the chart sets %s itself; see database, service and metrics" .) }}
{{- end }}
{{- end }}
{{- if and .Values.migrations.job.enabled (dig "database" "migrate" "" .Values.config) }}
{{- fail "config: with migrations.job the chart sets database.migrate itself" }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
{{- fail "ingress.enabled needs ingress.hosts" }}
{{- end }}
{{- if and .Values.gateway.enabled (not .Values.gateway.parentRefs) }}
{{- fail "gateway.enabled needs gateway.parentRefs" }}
{{- end }}
{{- end }}

{{- /* Names of the settings in `config`, as the keys of a map. */ -}}
{{- define "contract-broker.names" -}}
{{- range $key, $value := .values }}
{{- if kindIs "map" $value }}
{{- range $inner, $_ := $value }}
{{ printf "%s.%s" $key $inner | quote }}: true
{{- end }}
{{- else }}
{{ quote $key }}: true
{{- end }}
{{- end }}
{{- end }}
