ARG CUDA=12.4.1
FROM nvidia/cuda:${CUDA}-cudnn-devel-ubuntu22.04 AS build
ENV TORCH_CUDA_ARCH_LIST="7.5;8.0;8.6;9.0+PTX"
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install torch==2.4.0 --index-url https://download.pytorch.org/whl/cu124
COPY --link kernels kernels
RUN --security=sandbox python kernels/setup.py bdist_wheel -d /wheels

FROM nvidia/cuda:${CUDA}-runtime-ubuntu22.04
LABEL com.nvidia.volumes.needed="nvidia_driver"
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels pip install /wheels/*.whl
VOLUME /models
ENTRYPOINT ["python", "-m", "serve"]
CMD ["--model", "/models/default", "--port", "8000"]
