-- | What others are told about the API: @openapi.json@, and a client in PureScript.
module Retail.Contract.Generate (generated, generate) where

import Control.Monad (forM_)
import Data.ByteString.Lazy qualified as Lazy
import Data.Text (Text)
import Data.Text.Encoding (encodeUtf8)
import Retail.Contract.OpenApi (openApi)
import Retail.Contract.PureScript (pureScript)
import Retail.Contract.Reflect (Endpoint (..), Segment (..), endpointsOf)
import Retail.Http.Api (Api)
import Servant.API (NamedRoutes)
import System.Directory (createDirectoryIfMissing)
import System.FilePath (takeDirectory, (</>))

-- | Paths and what they hold.
generated :: [(FilePath, Lazy.ByteString)]
generated =
  ("openapi.json", openApi endpoints) : [(path, Lazy.fromStrict (encodeUtf8 (text :: Text))) | (path, text) <- pureScript (filter (not . forPrograms) endpoints)]
  where
    endpoints = endpointsOf @(NamedRoutes Api)
    forPrograms Endpoint {path} = take 1 path == [Literal "webhooks"]

generate :: FilePath -> IO ()
generate folder = forM_ generated $ \(path, bytes) -> do
  createDirectoryIfMissing True (takeDirectory (folder </> path))
  Lazy.writeFile (folder </> path) bytes
