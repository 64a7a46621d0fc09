package dev.janiko.cli.deploy;

import dev.janiko.cli.deploy.Shape.Either;
import dev.janiko.cli.deploy.Shape.Fields;
import dev.janiko.cli.deploy.Shape.Form;
import dev.janiko.cli.deploy.Shape.Many;
import dev.janiko.cli.deploy.Shape.Scalar;
import dev.janiko.cli.deploy.Shape.Table;
import java.util.Map;

/**
 * The fields of Kubernetes, Tekton and GitLab that our manifests use, as their references name and
 * type them. A field that is not here is refused, so that a misspelled one is found.
 */
final class Schemas {
  private static final Shape TEXT = Scalar.TEXT;
  private static final Shape NUMBER = Scalar.NUMBER;
  private static final Shape TRUTH = Scalar.TRUTH;
  private static final Shape TEXTS = new Many(TEXT);
  private static final Shape QUANTITY = new Form("[0-9]+(\\.[0-9]+)?(m|Ki|Mi|Gi|k|M|G)?");

  private static final Fields METADATA =
      Fields.of(
          "name", Form.NAME,
          "generateName", new Form("[a-z][-a-z0-9]*"),
          "namespace", Form.NAME,
          "labels", new Table(TEXT),
          "annotations", new Table(TEXT));

  private static final Shape KEY = Fields.of("name!", Form.NAME, "key!", TEXT, "optional", TRUTH);

  private static final Shape ENVIRONMENT =
      new Many(
          Fields.of(
              "name!",
              new Form("[A-Za-z_][A-Za-z0-9_]*"),
              "value",
              TEXT,
              "valueFrom",
              Fields.of(
                  "secretKeyRef",
                  KEY,
                  "configMapKeyRef",
                  KEY,
                  "fieldRef",
                  Fields.of("fieldPath!", TEXT))));

  private static final Shape ITEMS =
      new Many(Fields.of("key!", TEXT, "path!", TEXT, "mode", NUMBER));

  private static final Shape SECURITY =
      Fields.of(
          "privileged", TRUTH,
          "allowPrivilegeEscalation", TRUTH,
          "runAsNonRoot", TRUTH,
          "runAsUser", NUMBER,
          "runAsGroup", NUMBER,
          "fsGroup", NUMBER,
          "readOnlyRootFilesystem", TRUTH,
          "capabilities", Fields.of("drop", TEXTS, "add", TEXTS),
          "seccompProfile",
              Fields.of(
                  "type!",
                  new Form("RuntimeDefault|Unconfined|Localhost"),
                  "localhostProfile",
                  TEXT));

  private static final Shape MOUNTS =
      new Many(
          Fields.of(
              "name!", Form.NAME, "mountPath!", Form.PATH, "readOnly", TRUTH, "subPath", TEXT));

  private static final Shape PROBE =
      Fields.of(
          "exec", Fields.of("command!", TEXTS),
          "tcpSocket", Fields.of("port!", new Either(NUMBER, TEXT)),
          "httpGet", Fields.of("path", TEXT, "port!", new Either(NUMBER, TEXT)),
          "initialDelaySeconds", NUMBER,
          "periodSeconds", NUMBER,
          "timeoutSeconds", NUMBER,
          "failureThreshold", NUMBER);

  private static final Fields CONTAINER =
      Fields.of(
          "name!", Form.NAME,
          "image!", TEXT,
          "imagePullPolicy", new Form("Always|IfNotPresent|Never"),
          "command", TEXTS,
          "args", TEXTS,
          "workingDir", TEXT,
          "env", ENVIRONMENT,
          "securityContext", SECURITY,
          "volumeMounts", MOUNTS,
          "resources", Fields.of("requests", new Table(QUANTITY), "limits", new Table(QUANTITY)),
          "ports",
              new Many(Fields.of("name", Form.NAME, "containerPort!", NUMBER, "hostPort", NUMBER)),
          "restartPolicy", new Form("Always"),
          "tty", TRUTH,
          "stdin", TRUTH,
          "startupProbe", PROBE,
          "readinessProbe", PROBE,
          "livenessProbe", PROBE);

  private static final Shape SECRET =
      Fields.of("secretName!", Form.NAME, "items", ITEMS, "defaultMode", NUMBER, "optional", TRUTH);

  private static final Shape CLAIM = Fields.of("claimName!", Form.NAME, "readOnly", TRUTH);

  private static final Shape VOLUMES =
      new Many(
          Fields.of(
              "name!",
              Form.NAME,
              "emptyDir",
              Fields.of("medium", TEXT, "sizeLimit", QUANTITY),
              "secret",
              SECRET,
              "configMap",
              Fields.of("name!", Form.NAME, "items", ITEMS),
              "persistentVolumeClaim",
              CLAIM,
              "hostPath",
              Fields.of("path!", Form.PATH, "type", TEXT)));

  private static final Fields POD =
      Fields.of(
          "restartPolicy", new Form("Always|OnFailure|Never"),
          "automountServiceAccountToken", TRUTH,
          "serviceAccountName", Form.NAME,
          "hostNetwork", TRUTH,
          "hostPID", TRUTH,
          "hostIPC", TRUTH,
          "securityContext", SECURITY,
          "initContainers", new Many(CONTAINER),
          "containers!", new Many(CONTAINER),
          "nodeSelector", new Table(TEXT),
          "volumes", VOLUMES);

  private static final Shape TEMPLATE = Fields.of("metadata", METADATA, "spec!", POD);

  private static final Fields JOB =
      Fields.of(
          "backoffLimit", NUMBER,
          "ttlSecondsAfterFinished", NUMBER,
          "activeDeadlineSeconds", NUMBER,
          "template!", TEMPLATE);

  private static final Fields WORKLOAD =
      Fields.of(
          "replicas",
          NUMBER,
          "selector!",
          Fields.of("matchLabels!", new Table(TEXT)),
          "strategy",
          Fields.of("type", TEXT),
          "template!",
          TEMPLATE);

  private static final Shape PARAMETERS =
      new Many(
          Fields.of(
              "name!",
              TEXT,
              "type",
              new Form("string|array|object"),
              "description",
              TEXT,
              "default",
              new Either(TEXT, TEXTS)));

  private static final Fields STEP = CONTAINER.with("script", TEXT);

  /** The shapes of documents of Kubernetes and Tekton, by version and kind. */
  static final Map<String, Fields> KINDS =
      Map.of(
          "v1 Pod", document(POD),
          "batch/v1 Job", document(JOB),
          "batch/v1 CronJob",
              document(
                  Fields.of(
                      "schedule!", new Form("(\\S+ ){4}\\S+"),
                      "concurrencyPolicy", new Form("Allow|Forbid|Replace"),
                      "jobTemplate!", Fields.of("spec!", JOB))),
          "v1 PersistentVolumeClaim",
              document(
                  Fields.of(
                      "accessModes!",
                      new Many(new Form("ReadWriteOnce|ReadOnlyMany|ReadWriteMany")),
                      "storageClassName",
                      TEXT,
                      "resources!",
                      Fields.of("requests!", new Table(QUANTITY)))),
          "apps/v1 DaemonSet", document(WORKLOAD),
          "apps/v1 Deployment", document(WORKLOAD),
          "v1 Service",
              document(
                  Fields.of(
                      "type",
                      TEXT,
                      "clusterIP",
                      TEXT,
                      "selector",
                      new Table(TEXT),
                      "ports",
                      new Many(
                          Fields.of(
                              "name",
                              Form.NAME,
                              "port!",
                              NUMBER,
                              "protocol",
                              TEXT,
                              "targetPort",
                              new Either(NUMBER, TEXT))))),
          "tekton.dev/v1 Task",
              document(
                  Fields.of(
                      "description", TEXT,
                      "params", PARAMETERS,
                      "workspaces",
                          new Many(
                              Fields.of(
                                  "name!", TEXT,
                                  "description", TEXT,
                                  "optional", TRUTH,
                                  "readOnly", TRUTH,
                                  "mountPath", Form.PATH)),
                      "results", new Many(Fields.of("name!", TEXT, "description", TEXT)),
                      "sidecars", new Many(STEP),
                      "steps!", new Many(STEP),
                      "volumes", VOLUMES)),
          "tekton.dev/v1 TaskRun",
              document(
                  Fields.of(
                      "taskRef!",
                      Fields.of("name!", Form.NAME, "kind", TEXT),
                      "params",
                      new Many(Fields.of("name!", TEXT, "value!", new Either(TEXT, TEXTS))),
                      "serviceAccountName",
                      Form.NAME,
                      "workspaces",
                      new Many(
                          Fields.of(
                              "name!", TEXT,
                              "emptyDir", Fields.of(),
                              "secret", SECRET,
                              "persistentVolumeClaim", CLAIM)))));

  /** A pipeline of GitLab, by the names of its jobs. */
  static final Shape GITLAB =
      new Table(
          Fields.of(
              "stage",
              TEXT,
              "image!",
              Fields.of("name!", TEXT, "entrypoint", TEXTS),
              "variables",
              new Table(TEXT),
              "script!",
              TEXTS,
              "rules",
              new Many(Fields.of("if", TEXT, "when", TEXT))));

  private Schemas() {}

  private static Fields document(Fields spec) {
    return Fields.of("apiVersion!", TEXT, "kind!", TEXT, "metadata!", METADATA, "spec!", spec);
  }
}
