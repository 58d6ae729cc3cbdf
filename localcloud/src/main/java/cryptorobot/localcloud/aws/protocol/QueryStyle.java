package cryptorobot.localcloud.aws.protocol;

import java.util.List;

/** AWS's two formats of XML responses: EC2's format, and that of all other services. */
public enum QueryStyle {
  EC2 {
    @Override
    Xml success(String operation, String namespace, String requestId, Xml result) {
      return Xml.of(operation + "Response")
          .with("xmlns", namespace)
          .add(Xml.of("requestId", requestId))
          .addAll(result.children());
    }

    @Override
    Xml failure(String namespace, String requestId, ApiError error) {
      return Xml.of("Response")
          .add(
              Xml.of("Errors")
                  .add(
                      Xml.of("Error")
                          .add(Xml.of("Code", error.code()))
                          .add(Xml.of("Message", error.getMessage()))))
          .add(Xml.of("RequestID", requestId));
    }
  },
  QUERY {
    @Override
    Xml success(String operation, String namespace, String requestId, Xml result) {
      return Xml.of(operation + "Response")
          .with("xmlns", namespace)
          .add(Xml.of(operation + "Result").addAll(result.children()))
          .add(Xml.of("ResponseMetadata").addAll(List.of(Xml.of("RequestId", requestId))));
    }

    @Override
    Xml failure(String namespace, String requestId, ApiError error) {
      return Xml.of("ErrorResponse")
          .with("xmlns", namespace)
          .add(
              Xml.of("Error")
                  .add(Xml.of("Type", error.status() < 500 ? "Sender" : "Receiver"))
                  .add(Xml.of("Code", error.code()))
                  .add(Xml.of("Message", error.getMessage())))
          .add(Xml.of("RequestId", requestId));
    }
  };

  abstract Xml success(String operation, String namespace, String requestId, Xml result);

  abstract Xml failure(String namespace, String requestId, ApiError error);
}
