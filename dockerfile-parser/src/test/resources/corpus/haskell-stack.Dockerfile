FROM haskell:9.6 as builder
run apt-get update \
 && apt-get install --yes upx
copy stack.yaml package.yaml /work/
workdir /work
run stack build --system-ghc --dependencies-only
copy . /work
run stack install --system-ghc --local-bin-path /out

from debian:12-slim
copy --from=builder /out/site /usr/bin/site
cmd ["/usr/bin/site"]
