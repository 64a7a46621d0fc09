package dev.janiko.registry.auth;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which hosts are registries of which cloud. A host must be the cloud's by its whole name, as its
 * credentials go there.
 */
final class CloudHosts {
  private static final Pattern ECR =
      Pattern.compile(
          "[0-9]{12}\\.dkr[.-]ecr(-fips)?\\.[a-z0-9-]+\\.(amazonaws\\.com(\\.cn)?|amazonaws\\.eu|on\\.aws)");

  private static final List<String> GOOGLE = List.of(".gcr.io", ".pkg.dev");
  private static final List<String> AZURE =
      List.of(".azurecr.io", ".azurecr.cn", ".azurecr.us", ".azurecr.de");

  private CloudHosts() {}

  static boolean isAmazon(String host) {
    return host.equals("public.ecr.aws") || ECR.matcher(host).matches();
  }

  static boolean isGoogle(String host) {
    return host.equals("gcr.io") || GOOGLE.stream().anyMatch(host::endsWith);
  }

  static boolean isAzure(String host) {
    return AZURE.stream().anyMatch(host::endsWith);
  }
}
