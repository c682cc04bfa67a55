-- | The service, and what is done around it.
module Main (main) where

import Data.ByteString.Lazy qualified as Lazy
import Data.Text (Text)
import Data.Text.IO qualified as Text
import Retail.App.Config (Config, Role (..), readConfig)
import Retail.App.Service (addOrganisation, runMigrations, serve)
import Retail.Contract.Generate (generate)
import Retail.Contract.Wire (decodeText)
import System.Environment (getArgs, getEnvironment)
import System.Exit (exitFailure)
import System.IO (stderr)

main :: IO ()
main =
  getArgs >>= \case
    ["serve"] -> configured Service >>= serve
    ["migrate"] -> configured Migration >>= runMigrations
    ["add-organisation"] -> do
      config <- configured Migration
      new <- either (refuse . pure) pure . decodeText =<< Lazy.getContents
      addOrganisation config new
    ["generate", folder] -> generate folder
    _ -> refuse usage

usage :: [Text]
usage =
  [ "retail-api serve             answers requests",
    "retail-api migrate           brings the database to this version",
    "retail-api add-organisation  reads it as JSON from standard input",
    "retail-api generate FOLDER   writes the OpenAPI document and the PureScript client"
  ]

configured :: Role -> IO Config
configured role = either refuse pure . readConfig role =<< getEnvironment

refuse :: [Text] -> IO a
refuse reasons = mapM_ (Text.hPutStrLn stderr) reasons >> exitFailure
