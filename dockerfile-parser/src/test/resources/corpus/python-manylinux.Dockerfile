FROM quay.io/pypa/manylinux_2_28_x86_64
ARG PYTHONS="cp310-cp310 cp311-cp311 cp312-cp312"
RUN yum install -y openssl-devel libffi-devel && yum clean all
WORKDIR /io
COPY . .
RUN for py in ${PYTHONS}; do \
      "/opt/python/${py}/bin/pip" wheel . -w /wheels; \
    done; \
    # Every wheel gets the libraries that it needs.
    for whl in /wheels/*.whl; do \
      auditwheel repair "$whl" --plat "$AUDITWHEEL_PLAT" -w /dist; \
    done
